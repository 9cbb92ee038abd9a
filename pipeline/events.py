"""News from the board, heard above (config/reactions.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.actors import Actor
from pipeline.models import StageTransition


@dataclass(frozen=True, slots=True)
class StagesChanged:
    """Leads entered other stages: their transitions, already stored, each with its lead loaded."""

    transitions: Sequence[StageTransition]
    by: Actor
    at: datetime
