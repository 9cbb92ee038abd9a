"""News of the brokerages themselves."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BrokerageFounded:
    """There is a new brokerage, still empty."""

    broker_id: int
    at: datetime
