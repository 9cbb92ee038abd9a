"""What became of a step for one lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.enums import LogStatus
from messaging.models import Message


@dataclass(frozen=True, slots=True)
class Done:
    """Pending with a message on its way, else over. `at` is when it takes place: the next delay counts from there."""

    status: LogStatus
    at: datetime
    reason: str = ""
    trace: Mapping[str, Any] = field(default_factory=dict)
    message: Message | None = None


def skipped(reason: str, at: datetime, **trace: object) -> Done:
    """Not done, and why."""
    return Done(LogStatus.SKIPPED, at, reason, {key: value for key, value in trace.items() if value})
