"""Scores written: the facts read, one UPDATE of what changed. Not an edit: no version, no line of history."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from core import audit, events, tenancy
from core.actors import Actor
from crm import rules
from crm.enums import LeadStatus
from crm.events import BecameHot, FactsChanged, LeadsCreated
from crm.models import Lead
from crm.rules import Rules
from crm.scoring.formula import Score, score
from crm.scoring.loading import Known, known_of, known_of_held, known_of_new
from crm.scoring.status import status_for

_CENT = Decimal("0.01")
_UPDATE = """
UPDATE crm_lead AS lead
   SET score = new.score, score_components = new.components, status = new.status, scored_at = %s
  FROM unnest(%s::bigint[], %s::smallint[], %s::jsonb[], %s::text[]) AS new (id, score, components, status)
 WHERE lead.broker_id = %s AND lead.id = new.id
"""


class New(NamedTuple):
    """What is written to a lead, beside when."""

    score: int
    status: LeadStatus
    components: dict[str, Any]


def rescore(
    lead_ids: Collection[int], *, by: Actor, now: datetime, under: Rules | None = None, quietly: bool = False
) -> dict[int, New]:
    """Score leads anew and store what changed, which is returned. Three statements and one for the rules.

    The rows are held while their facts are read: a fact that arrives meanwhile waits, and scores again after. Tells of
    leads that became hot, unless `quietly`.
    """
    if not lead_ids:
        return {}
    with audit.by(by):
        known = known_of(lead_ids, now=now, lock=True)
        return _store(known, under or rules.in_force(), by=by, now=now, quietly=quietly)


def rescore_held(leads: Iterable[Lead], *, by: Actor, now: datetime, quietly: bool = False) -> None:
    """The same for whole leads whose rows are held and stand as they are at hand; they learn their new score."""
    held = {lead.pk: lead for lead in leads}
    _store_and_learn(held, known_of_held(held.values(), now=now), by=by, now=now, quietly=quietly)


def _store_and_learn(
    held: dict[int, Lead], known: dict[int, Known], *, by: Actor, now: datetime, quietly: bool
) -> None:
    if not held:
        return
    with audit.by(by):
        changed = _store(known, rules.in_force(), by=by, now=now, quietly=quietly)
    for pk, new in changed.items():
        lead = held[pk]
        lead.score, lead.status, lead.score_components, lead.scored_at = *new, now


def _store(known: dict[int, Known], under: Rules, *, by: Actor, now: datetime, quietly: bool) -> dict[int, New]:
    """Write the scores that are other ones, and tell who became hot."""
    new = {pk: _scored(each, under) for pk, each in known.items()}
    changed = {pk: values for pk, values in new.items() if values != _stored(known[pk])}
    _write(changed, now)
    hot = [pk for pk, each in changed.items() if each.status == LeadStatus.HOT != known[pk].status]
    if hot and not quietly:
        events.publish(BecameHot(hot, by, now))
    return changed


def on_created(event: LeadsCreated) -> None:
    """New leads get their first score, imported ones too (a reaction)."""
    made = {lead.pk: lead for lead in event.leads}
    _store_and_learn(made, known_of_new(made.values()), by=event.by, now=event.at, quietly=True)  # being new is told


def on_facts(event: FactsChanged) -> None:
    """Other facts, another score (a reaction)."""
    rescore(event.lead_ids, by=event.by, now=event.at, quietly=event.quietly)


def components(told: Score, rules_version: int) -> dict[str, Any]:
    """What is stored beside a score: what each part gave and why, in codes; words are made on display."""
    return {
        "rules": rules_version,
        "multiplier": _plain(told.multiplier),
        "groups": {name: _plain(points) for name, points in told.groups.items()},
        "parts": [[part.code, part.group, _plain(part.points), _plain(part.most), part.why] for part in told.parts],
    }


@lru_cache(maxsize=4096)  # the same few points again and again, thirty a lead
def _plain(value: Decimal) -> float | int:
    """To the cent, as JSON holds numbers."""
    short = value.quantize(_CENT, rounding=ROUND_HALF_UP)
    return int(short) if short == short.to_integral_value() else float(short)


def _scored(known: Known, under: Rules) -> New:
    told = score(known.facts, under)
    status = status_for(told.total, stage=known.facts.stage, before=known.status, bounds=under.warmth)
    return New(told.total, status, components(told, under.version))


def _stored(known: Known) -> tuple[int | None, LeadStatus, dict[str, Any]]:
    return known.score, known.status, known.components


def _write(changed: dict[int, New], now: datetime) -> None:
    if not changed:
        return
    scores, statuses, parts = zip(*changed.values(), strict=True)
    written = [json.dumps(each, separators=(",", ":")) for each in parts]
    values = [list(changed), list(scores), written, [status.value for status in statuses]]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [now, *values, tenancy.current()])
