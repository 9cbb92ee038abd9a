"""News from the leads, heard above (config/reactions.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.actors import Actor
from crm.models import Lead


@dataclass(frozen=True, slots=True)
class LeadsCreated:
    """New leads, already stored with their stage; one from a form, hundreds from an import."""

    leads: Sequence[Lead]
    by: Actor
    at: datetime
    reason: str = ""
