"""Steps that need what this installation does not have yet: calls, and an agenda that proposes hours.

They are skipped and say so; nothing is ever marked as done that was not.
"""

from collections.abc import Sequence
from datetime import datetime

from campaigns.acts.done import Done, skipped
from campaigns.deciding import Visit
from core.actors import Actor


def call(visits: Sequence[Visit], _by: Actor, now: datetime) -> list[Done]:
    """Nobody can be called yet."""
    return [skipped("no_calls", now) for _visit in visits]


def meet(visits: Sequence[Visit], _by: Actor, now: datetime) -> list[Done]:
    """No hours can be proposed yet."""
    return [skipped("no_meetings", now) for _visit in visits]
