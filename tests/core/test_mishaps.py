"""A fault at one thing is written down and holds up no other; a database that is away is no such fault."""

import pytest
from django.db import OperationalError
from structlog.testing import capture_logs

from core import mishaps


class Retired(Exception):
    pass


def test_a_fault_is_written_down_with_what_it_was_about_and_the_next_goes_on():
    done = []
    with capture_logs() as said:
        for number in range(3):
            with mishaps.logged("not_done", number=number):
                done.append(1 / (number - 1))
    assert done == [-1, 1]
    [line] = said
    assert (line["event"], line["log_level"], line["number"]) == ("not_done", "error", 1)
    assert isinstance(line["exc_info"], ZeroDivisionError)


@pytest.mark.parametrize("error", [OperationalError, Retired, KeyboardInterrupt])
def test_what_concerns_all_goes_on_up(error):
    with capture_logs() as said, pytest.raises(error), mishaps.logged("not_done", but=(Retired,)):
        raise error
    assert said == []


def halves(things):
    return [10 // thing for thing in things]


def test_all_are_done_at_once_and_after_a_fault_each_by_itself():
    with capture_logs() as said:
        assert mishaps.together("not_done", halves, [1, 0, 5], named=str) == [10, 2]
    assert [line["which"] for line in said] == [["1", "0", "5"], ["0"]]


def test_one_that_fails_alone_is_tried_once():
    with capture_logs() as said:
        assert mishaps.together("not_done", halves, [0], named=str) == []
    assert len(said) == 1
