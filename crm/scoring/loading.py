"""The facts of many leads: two statements, however many they are; one for leads at hand, none for new ones."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import DurationField, ExpressionWrapper, F, IntegerField, Value
from django.db.models.functions import Extract, Floor

from crm.enums import InteractionKind, LeadStatus, Stage, Timeline
from crm.models import Interaction, Lead
from crm.names import real_name
from crm.scoring.facts import Facts

_COLUMNS = (
    *("pk", "stage", "status", "score", "score_components", "scored_at", "name", "phone_e164", "email", "location"),
    *("budget_amount", "wants_visit", "timeline", "income_band", "opted_out_at"),
)
_DAY = 86_400
_THEIRS = frozenset({InteractionKind.MESSAGE_IN, InteractionKind.CALL_ANSWERED, InteractionKind.VISIT_KEPT})
_OURS = frozenset({InteractionKind.MESSAGE_OUT, InteractionKind.CALL_MISSED})


class Known(NamedTuple):
    """A lead as stored beside its facts: what a new score is compared with."""

    facts: Facts
    status: LeadStatus
    score: int | None
    components: dict[str, Any]


class _Contact(NamedTuple):
    kind: str
    age: int
    seconds: int | None
    reply_seconds: int | None


def facts_of(lead_ids: Collection[int], *, now: datetime) -> dict[int, Facts]:
    """The facts of leads that are not in the bin, by their internal ids."""
    return {pk: known.facts for pk, known in known_of(lead_ids, now=now).items()}


def known_of(lead_ids: Collection[int], *, now: datetime, lock: bool = False) -> dict[int, Known]:
    """The same with what is stored; `lock` holds the leads' rows first, so that no fact slips in between."""
    wanted = Lead.objects.filter(pk__among=set(lead_ids)).order_by("pk")
    if lock:
        wanted = wanted.select_for_update(no_key=True)
    return _beside_contacts(list(wanted.values_list(*_COLUMNS)), now)


def known_of_held(leads: Iterable[Lead], *, now: datetime) -> dict[int, Known]:
    """The same of whole leads at hand, whose rows the transaction holds: one statement, for their contacts."""
    return _beside_contacts([tuple(getattr(lead, name) for name in _COLUMNS) for lead in leads], now)


def known_of_new(leads: Iterable[Lead]) -> dict[int, Known]:
    """The same of leads just made, with which nobody has been in contact."""
    return {lead.pk: _known(tuple(getattr(lead, name) for name in _COLUMNS), ()) for lead in leads}


def _beside_contacts(rows: Collection[tuple[Any, ...]], now: datetime) -> dict[int, Known]:
    contacts = _contacts([row[0] for row in rows], now) if rows else {}
    return {row[0]: _known(row, contacts.get(row[0], ())) for row in rows}


def _contacts(lead_ids: Collection[int], now: datetime) -> dict[int, list[_Contact]]:
    """The contacts of leads, newest first, with their ages counted by the database."""
    since = ExpressionWrapper(Value(now) - F("at"), output_field=DurationField())
    age = Floor(Extract(since, "epoch") / _DAY, output_field=IntegerField())
    rows = (
        Interaction.objects.filter(lead_id__among=set(lead_ids), at__lte=now)
        .order_by("lead_id", "-at", "-id")
        .values_list("lead_id", "kind", age, "seconds", "reply_seconds")
    )
    found: defaultdict[int, list[_Contact]] = defaultdict(list)
    for lead_id, *rest in rows:
        found[lead_id].append(_Contact(*rest))
    return found


def _known(row: tuple[Any, ...], contacts: Iterable[_Contact]) -> Known:
    _pk, stage, status, score, components, scored_at, name, phone, email, location, budget, *rest = row
    wants_visit, timeline, income_band, opted_out_at = rest
    facts = Facts(
        stage=Stage(stage),
        has_name=real_name(name),
        has_phone=bool(phone),
        has_email=bool(email),
        has_location=bool(location),
        has_budget=budget is not None,
        wants_visit=wants_visit,
        timeline=Timeline(timeline),
        income_band=income_band,
        opted_out=opted_out_at is not None,
        **_told(contacts),
    )
    return Known(facts, LeadStatus(status), score if scored_at else None, components)


def _told(contacts: Iterable[_Contact]) -> dict[str, Any]:
    """What the contacts, newest first, say."""
    known = list(contacts)
    if not known:
        return {}
    theirs = [each for each in known if each.kind in _THEIRS]
    until = next((n for n, each in enumerate(known) if each.kind in _THEIRS), len(known))
    visits = [each for each in known if each.kind in {InteractionKind.VISIT_KEPT, InteractionKind.VISIT_MISSED}]
    replies = [each.reply_seconds for each in theirs if each.reply_seconds is not None]
    return {
        "quickest_reply": min(replies, default=None),
        "messages": tuple(each.age for each in theirs if each.kind == InteractionKind.MESSAGE_IN),
        "calls": tuple((each.age, each.seconds or 0) for each in theirs if each.kind == InteractionKind.CALL_ANSWERED),
        "visits": tuple(each.age for each in theirs if each.kind == InteractionKind.VISIT_KEPT),
        "bounced": any(each.kind == InteractionKind.BOUNCED for each in known[:until]),
        "no_show": bool(visits) and visits[0].kind == InteractionKind.VISIT_MISSED,
        "unanswered": sum(each.kind in _OURS for each in known[:until]),
    }
