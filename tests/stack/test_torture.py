"""The torture's short form: the control, which must fail; then the real engine on the same servers, which crash."""

import os
import subprocess
import sys

import pytest

from core.stack.folders import ROOT
from tests.stack.conftest import EMBEDDED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(540)]


@pytest.fixture(scope="module")
def torture():
    """`./corredor torture --short`, run once as by somebody who has set nothing; its tables by name."""
    bare = {name: value for name, value in os.environ.items() if name not in EMBEDDED | {"CORREDOR_DATA"}}
    command = [sys.executable, str(ROOT / "corredor"), "torture", "--short", "--seed", "20261125"]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, timeout=500, check=False)
    lines = [line.split() for line in done.stdout.splitlines()]
    return done, {words[0]: int(words[1]) for words in lines if len(words) == 2 and words[1].isdigit()}


def test_a_naive_sender_doubles_in_the_same_harness(torture):
    done, told = torture
    assert told.get("control_doubled", 0) >= 1, done.stdout + done.stderr[-3000:]


def test_nothing_is_lost_doubled_or_begun_when_it_was_forbidden(torture):
    done, told = torture
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert told["messages"] >= 3000
    assert (told["did_kill"], told["did_freeze"], told["did_crash"]) >= (100, 10, 2)
