"""Named places where a test may kill or freeze the process; nothing anywhere else.

``CORREDOR_FAILPOINTS="send.presend=kill@3,send.got=stop@1"``: at the third passing of `send.presend` the process dies
as by `kill -9`, at the first of `send.got` it freezes. Unset, as in every installation, `reached` is one look-up.
"""

import os
import signal
from collections import Counter

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def _plan() -> dict[str, tuple[signal.Signals, int]]:
    plan = {}
    for entry in filter(None, os.environ.get("CORREDOR_FAILPOINTS", "").split(",")):
        name, _, what = entry.partition("=")
        action, _, turn = what.partition("@")
        plan[name] = _SIGNALS[action], int(turn or 1)
    return plan


_planned = _plan()
_passed: Counter[str] = Counter()


def reached(name: str) -> None:
    """The process is at a named place: do what a test planned for it, if anything."""
    planned = _planned.get(name)
    if planned is None:
        return
    _passed[name] += 1
    what, turn = planned
    if _passed[name] == turn:
        os.kill(os.getpid(), what)
