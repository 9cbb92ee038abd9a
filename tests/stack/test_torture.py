"""The torture's short form: the real engine on servers of its own, which crash; and the control, which must fail."""

import subprocess
import sys

import pytest

from core.stack.folders import ROOT


@pytest.fixture
def torture(bare):
    """Run `./corredor torture --short` with these words; its table by name."""

    def run(*words):
        command = [sys.executable, str(ROOT / "corredor"), "torture", "--short", *words]
        done = subprocess.run(command, env=bare, capture_output=True, text=True, timeout=500, check=False)
        lines = [line.split() for line in done.stdout.splitlines()]
        return done, {words[0]: int(words[1]) for words in lines if len(words) == 2 and words[1].isdigit()}

    return run


@pytest.mark.slow
@pytest.mark.timeout(540)
def test_nothing_is_lost_doubled_or_begun_when_it_was_forbidden(torture):
    done, told = torture("--seed", "20261125")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert told["messages"] >= 3000
    assert (told["did_kill"], told["did_freeze"], told["did_crash"]) >= (100, 10, 2)


@pytest.mark.slow
@pytest.mark.timeout(540)
def test_a_naive_sender_doubles_in_the_same_harness(torture):
    done, told = torture("--naive", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert told["doubled"] >= 1
