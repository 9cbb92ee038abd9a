"""The audit log: database triggers record every change of the tracked fields, bulk writes and raw SQL too.

A model asks for it with ``@audit.track(exclude=[…])``; the domain function that writes runs inside ``audit.by(…)``,
which says who and why. Event rows are append-only for the application's role (``core.walls``).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import pghistory
from django.db import models
from pghistory.models import Event

from core.actors import Actor
from core.tenant_models import TenantManager

M = TypeVar("M", bound=models.Model)

_act: ContextVar[str] = ContextVar("audit_act", default="")
_origin: ContextVar[dict[str, str] | None] = ContextVar("audit_origin", default=None)


class AuditEvent(Event):
    """Base of the event tables: a 64-bit key and the brokerage's wall."""

    pgh_id = models.BigAutoField(primary_key=True)
    walled = True
    objects = TenantManager()  # type: ignore[misc,assignment] # pghistory declares its own

    class Meta:
        abstract = True


def track(*, exclude: Iterable[str] = ()) -> Callable[[type[M]], type[M]]:
    """Record inserts, updates of any field but `exclude`, and deletes of a model."""
    skipped = list(exclude)
    changed = pghistory.UpdateEvent(
        condition=pghistory.AnyChange(exclude=skipped) if skipped else pghistory.AnyChange()
    )

    def decorate(model: type[M]) -> type[M]:
        tracked: type[M] = pghistory.track(
            pghistory.InsertEvent(),
            changed,
            pghistory.DeleteEvent(),
            base_model=AuditEvent,
            model_name=f"{model.__name__}Event",
            exclude=skipped,
            meta={"indexes": [models.Index(fields=["broker", "-pgh_created_at", "-pgh_id"], name=_newest(model))]},
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            obj_field=pghistory.ObjForeignKey(db_constraint=False, on_delete=models.DO_NOTHING, related_name="history"),
        )(model)
        return tracked

    return decorate


def _newest(model: type[models.Model]) -> str:
    """The name of the index that the audit page reads a table by."""
    return f"{model._meta.app_label}_{model.__name__.lower()}event_at"[:30]  # noqa: SLF001 -- Django's documented model API


@contextmanager
def from_request(*, request_id: str, address: str) -> Iterator[None]:
    """Remember where the writes of this block come from, for every `by` inside it."""
    token = _origin.set({"request_id": request_id, "address": address})
    try:
        yield
    finally:
        _origin.reset(token)


@contextmanager
def by(actor: Actor, *, reason: str = "") -> Iterator[None]:
    """Attribute the writes of this block to an actor, with an optional reason in words."""
    facts: dict[str, Any] = {"kind": actor.kind, "user": actor.user_id, "label": actor.label, **(_origin.get() or {})}
    if reason:
        facts["reason"] = reason
    with pghistory.context(**facts) as context:
        token = _act.set(str(context.id))
        try:
            yield
        finally:
            _act.reset(token)


def act() -> str:
    """What rows of the log share that the act going on writes; "" outside of one."""
    return _act.get()


def note(
    action: str,
    *,
    by: Actor,
    now: datetime,
    subject: str = "",
    subject_id: UUID | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Write down what no trigger sees, inside the transaction that does it; needs an open brokerage.

    `action` is "noun.verb" (`reports.audit_words` says it in words); `data` holds ids and counts, never personal data.
    """
    from core.models import AuditEntry  # noqa: PLC0415 -- models import this module

    AuditEntry.objects.create(
        action=action,
        subject=subject,
        subject_id=subject_id,
        at=now,
        reason=reason[:300],
        data=data or {},
        **(_origin.get() or {}),
        **by.columns(),
    )
