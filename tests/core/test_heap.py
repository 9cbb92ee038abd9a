"""The garbage collector stands still while the apps are loaded, and works ever after."""

import subprocess
import sys

import pytest

from core.stack.folders import ROOT

STARTS = {
    "web": "import config.wsgi; from core import heap; heap.hold()",  # once more: too late to matter
    "celery": "from config.celery import app; app.loader.import_default_modules()",
}


@pytest.mark.parametrize("start", STARTS)
def test_garbage_is_collected_in_whatever_was_started(start):
    told = (
        f"{STARTS[start]}; import gc; print(gc.isenabled(), gc.get_threshold()[0] > 0, gc.get_freeze_count() > 100_000)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", told], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True", "True"]
