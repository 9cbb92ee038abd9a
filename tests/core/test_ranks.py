from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import ranks

RANKS = st.text(alphabet=ranks.DIGITS, min_size=1, max_size=12).filter(lambda rank: not rank.endswith("0"))
MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(RANKS, RANKS)
def test_between_two_different_ranks_there_is_always_another(one, other):
    assume(one != other)
    above, below = sorted((one, other))
    assert above < ranks.between(above, below) < below


@given(RANKS)
def test_open_ends_have_room(rank):
    assert ranks.between("", rank) < rank < ranks.between(rank, "")


@given(st.lists(st.integers(0, 50), max_size=200))
def test_a_thousand_drags_keep_the_order(places):
    column = [ranks.top(MOMENT)]
    for place in places:
        at = min(place, len(column))
        above = column[at - 1] if at else ""
        below = column[at] if at < len(column) else ""
        column.insert(at, ranks.between(above, below))
    assert column == sorted(set(column))


def test_later_newcomers_stand_above_earlier_ones():
    assert ranks.top(MOMENT + timedelta(seconds=1)) < ranks.top(MOMENT)


def test_equal_or_reversed_neighbours_are_refused():
    with pytest.raises(ValueError, match="No rank fits"):
        ranks.between("b", "a")
