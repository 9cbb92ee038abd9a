"""News of meetings, heard above (config/reactions.py)."""

from dataclasses import dataclass
from datetime import datetime

from appointments.models import Appointment
from core.actors import Actor


@dataclass(frozen=True, slots=True)
class AppointmentChanged:
    """A meeting was agreed on or became something else: `act` says what (scheduled, moved, confirmed, cancelled, …)."""

    appointment: Appointment
    act: str
    by: Actor
    at: datetime
