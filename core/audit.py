"""The audit log: database triggers record every change of the tracked fields, bulk writes and raw SQL too.

A model asks for it with ``@audit.track(exclude=[…])``; the domain function that writes runs inside ``audit.by(…)``,
which says who and why. Event rows are append-only for the application's role (``core.walls``).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import pghistory
from django.db import models
from pghistory.models import Event

from core.actors import Actor
from core.tenant_models import TenantManager

M = TypeVar("M", bound=models.Model)

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
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            obj_field=pghistory.ObjForeignKey(db_constraint=False, on_delete=models.DO_NOTHING, related_name="history"),
        )(model)
        return tracked

    return decorate


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
    with pghistory.context(**facts):
        yield
