"""One page of the stream: a UNION of all event tables and of `core.AuditEntry`, each read from its own index.

Every branch is cut to a page before the union, so that a page costs one statement whatever the tables hold. What a row
was before is the event before it, of the same object.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models

from core import crypto, tenancy
from core.keyset import BadCursor
from core.models import AuditEntry

PAGE = 50
_LONGEST = 1000
ENTRIES = "core.AuditEntry"
_Position = tuple[datetime, str, int]


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the stream is wanted; `lead` and `person` are internal keys."""

    person: int | None = None
    kind: str = ""
    lead: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log. `now` is the row as it became, `was` as it was before; `key` is the event's own."""

    kind: str
    key: int
    at: datetime
    verb: str
    act: str
    context: dict[str, Any]
    lead: int | None
    now: dict[str, Any]
    was: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some events and the cursor of what follows, "" at the end."""

    events: list[Event]
    next: str


def sources() -> dict[str, type[models.Model]]:
    """The event tables behind the walls, by the label of the model they tell of."""
    found = [model for model in apps.get_models() if hasattr(model, "pgh_id") and getattr(model, "walled", False)]
    return {tracked(model)._meta.label: model for model in found}  # noqa: SLF001 -- Django's documented model API


def tracked(event_model: type[models.Model]) -> type[models.Model]:
    """The model an event table tells of."""
    return event_model._meta.get_field("pgh_obj").related_model  # type: ignore[return-value]  # noqa: SLF001


def page(filters: Filters, *, cursor: str = "", size: int = PAGE) -> Page:
    """The newest events that pass, after `cursor`. Raises BadCursor. One statement."""
    after = _opened(cursor) if cursor else None
    branches: list[str] = []
    params: list[Any] = []
    for kind, model in sources().items():
        if filters.kind in {"", kind}:
            branches.append(_branch(kind, model, filters, after, size, params))
    if filters.kind in {"", ENTRIES}:
        branches.append(_entries(filters, after, size, params))
    if not branches:
        return Page([], "")
    sql = f"{' UNION ALL '.join(branches)} ORDER BY at DESC, kind DESC, key DESC LIMIT {size + 1}"
    with connection.cursor() as db:
        db.execute(sql, params)
        found = [_event(row) for row in db.fetchall()]
    shown = found[:size]
    return Page(shown, _sealed(shown[-1]) if len(found) > size else "")


def _branch(
    kind: str,
    model: type[models.Model],
    filters: Filters,
    after: _Position | None,
    size: int,
    params: list[Any],
) -> str:
    table = model._meta.db_table  # noqa: SLF001 -- Django's documented model API
    columns = {field.column for field in model._meta.concrete_fields}  # noqa: SLF001
    lead = "pgh_obj_id" if kind == "crm.Lead" else "lead_id" if "lead_id" in columns else "NULL::bigint"
    names = ("pgh_created_at", "pgh_id", "pgh_context ->> 'user'", "pgh_context ->> 'reason'", lead)
    where = _where(kind, names, filters, after, params)
    return (
        f"(SELECT '{kind}' AS kind, e.pgh_id AS key, e.pgh_created_at AS at, e.pgh_label AS verb, "  # noqa: S608 -- names of models
        f"e.pgh_context_id::text AS act, e.pgh_context AS context, e.{lead} AS lead, to_jsonb(e) AS now, "
        f'(SELECT to_jsonb(p) FROM "{table}" p WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id '
        f'ORDER BY p.pgh_id DESC LIMIT 1) AS was FROM (SELECT * FROM "{table}" WHERE {where} '
        f"ORDER BY pgh_created_at DESC, pgh_id DESC LIMIT {size + 1}) e)"
    ).replace("e.NULL", "NULL")


def _entries(filters: Filters, after: _Position | None, size: int, params: list[Any]) -> str:
    lead = "(SELECT l.id FROM crm_lead l WHERE l.broker_id = core_auditentry.broker_id AND l.public_id = subject_id)"
    names = ("core_auditentry.at", "core_auditentry.id", "by_user_id::text", "reason", lead)
    where = _where(ENTRIES, names, filters, after, params)
    return (
        f"(SELECT '{ENTRIES}', id, at, action, NULL::text, jsonb_build_object('kind', by_kind, 'user', by_user_id, "  # noqa: S608
        f"'label', by_label, 'reason', reason, 'address', address), {lead}, data, NULL::jsonb FROM core_auditentry "
        f"WHERE {where} ORDER BY core_auditentry.at DESC, core_auditentry.id DESC LIMIT {size + 1})"
    )


def _where(kind: str, names: tuple[str, ...], filters: Filters, after: _Position | None, params: list[Any]) -> str:
    at, key, person, reason, lead = names
    conditions = ["broker_id = %s"]
    params.append(tenancy.current())
    wanted = [
        (f"{person} = %s", str(filters.person) if filters.person else None),
        (f"{lead} = %s", filters.lead),
        (f"{at} >= %s", filters.since),
        (f"{at} < %s", filters.until),
        (f"{reason} ILIKE %s", f"%{_plain(filters.text)}%" if filters.text else None),
    ]
    for condition, value in wanted:
        if value is not None:
            conditions.append(condition)
            params.append(value)
    if after is not None:
        moment, after_kind, after_key = after
        same_moment = "false" if kind > after_kind else "true" if kind < after_kind else f"{key} < %s"
        conditions.append(f"{at} <= %s AND ({at} < %s OR {same_moment})")
        params += [moment, moment, *([after_key] if kind == after_kind else [])]
    return " AND ".join(conditions)


def _plain(text: str) -> str:
    return text.replace("\x00", "").replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _event(row: tuple[Any, ...]) -> Event:
    kind, key, at, verb, act, context, lead, now, was = row
    context, now, was = (json.loads(each) if isinstance(each, str) else each for each in (context, now, was))
    return Event(kind, key, at, verb, act or f"{kind}:{key}", context or {}, lead, now, was)


def _sealed(last: Event) -> str:
    plain = json.dumps([last.at.isoformat(), last.kind, last.key]).encode()
    return base64.urlsafe_b64encode(crypto.seal(plain, bound_to=_binding())).decode().rstrip("=")


def _opened(cursor: str) -> _Position:
    if len(cursor) > _LONGEST:
        raise BadCursor("audit")
    try:
        sealed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        at, kind, key = json.loads(crypto.unseal(sealed, bound_to=_binding()))
        return datetime.fromisoformat(at), str(kind), int(key)
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError, crypto.Unreadable) as error:
        raise BadCursor("audit") from error


def _binding() -> str:
    return f"{tenancy.current()}|audit|{AuditEntry._meta.db_table}"  # noqa: SLF001 -- Django's documented model API
