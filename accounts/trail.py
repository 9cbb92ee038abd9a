"""What accounts writes into the audit of a brokerage: its own tables stand outside the walls and have no triggers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core import audit, tenancy
from core.actors import Actor


def note(
    action: str,
    *,
    broker_id: int | None,
    by: User | None,
    now: datetime,
    subject: UUID | None = None,
    **data: Any,  # noqa: ANN401
) -> None:
    """Note an act in the brokerage it is about; `data` names no person but by public id."""
    if broker_id is None:
        return
    actor = Actor.of(by) if by is not None else Actor.system()
    if by is not None and by.broker_id != broker_id:
        actor = Actor.system(actor.label)

    def write() -> None:
        with tenancy.use(broker_id):
            about = "accounts.User" if subject else ""
            audit.note(action, by=actor, now=now, subject=about, subject_id=subject, data=data)

    if tenancy.is_open() and tenancy.current() != broker_id:
        transaction.on_commit(write)  # staff who go from one brokerage to the next
    else:
        write()
