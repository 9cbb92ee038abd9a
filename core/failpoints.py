"""Named places where a test may kill or freeze the process; nothing anywhere else.

``CORREDOR_FAILPOINTS="send.presend=kill@3,send.got=stop@1"``: at the third passing of `send.presend` the process dies
as by `kill -9`, at the first of `send.got` it freezes. Unset, as in every installation, `reached` is one look-up.
"""

import os
import signal
from collections import Counter

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


_planned: dict[str, tuple[signal.Signals, int]] = {}
_passed: Counter[str] = Counter()


def plan(text: str) -> None:
    """Take over what is to happen where; forgets what was passed before."""
    _planned.clear()
    _passed.clear()
    for entry in filter(None, text.split(",")):
        name, _, what = entry.partition("=")
        action, _, turn = what.partition("@")
        _planned[name] = _SIGNALS[action], int(turn or 1)


plan(os.environ.get("CORREDOR_FAILPOINTS", ""))


def reached(name: str) -> None:
    """The process is at a named place: do what a test planned for it, if anything."""
    planned = _planned.get(name)
    if planned is None:
        return
    _passed[name] += 1
    what, turn = planned
    if _passed[name] == turn:
        os.kill(os.getpid(), what)
