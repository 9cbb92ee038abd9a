"""Erasing a person: every table, the history too. What stays is an empty row, so that past figures keep adding up.

Policies stand in `crm.ties`; here is what they cannot say: the lead's own row, texts that name the person without a
key, files, and the history, which only one function of the database may take away (docs/adr/0012).
"""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from core import audit, events
from core.actors import Actor
from core.api import idempotency
from core.models import Job
from crm import ties
from crm.enums import ImportState, Timeline, TimelineKind
from crm.events import PersonErased
from crm.models import (
    Action,
    Erasure,
    ImportRow,
    Lead,
    LeadExport,
    LeadImport,
    LeadTag,
    SavedView,
    Tag,
    TimelineEntry,
)
from crm.privacy import person as persons
from crm.privacy.person import Person
from crm.ties import OnErase

_TEXTS = (
    *("name", "phone_raw", "phone_e164", "email", "time_zone", "location", "operation", "property_type", "purpose"),
    *("property_ref", "budget_unit", "lost_note", "referred_by_name"),
)
_NULLS = (
    *("next_action_at", "next_task_at", "next_visit_at", "bedrooms", "bathrooms", "budget_amount", "budget_min"),
    *("score", "scored_at"),
    *("income_band", "referred_by_id", "merged_into_id", "last_inbound_at", "last_outbound_at", "last_contact_at"),
)
_JSON = ("source_detail", "custom", "score_components")
_REFERRERS = {"referred_by", "referred_by_name"}
_SETTLED = (ImportState.DONE, ImportState.REVERTED, ImportState.FAILED)


def erase(lead: Lead, *, reason: str, by: Actor, now: datetime) -> Erasure:
    """Erase the person a lead is, for good. Raises Lead.DoesNotExist when it was done already.

    `reason` is kept and must not name the person; it is cleared of their name, number and address all the same.
    """
    with audit.by(by), transaction.atomic():
        _hold(lead)
        held = Lead.everything.filter(erasures=None).get(pk=lead.pk)
        person = persons.of(held)
        ids = list(person.lead_ids)
        kept = _without(person, reason)
        Erasure.objects.bulk_create([Erasure(lead_id=pk, at=now, reason=kept, **by.columns()) for pk in ids])
        _forget_rows(ids)
        _blank_leads(ids, now)
        _forget_texts(person)
        _forget_files(person, now)
        _forget_acts(ids)
        idempotency.forget([*map(str, person.public_ids), *_spelled(person.words), *person.numbers])
        events.publish(PersonErased(person, by, now))
        _forget_history(ids)
        audit.note(
            "person.erased",
            by=by,
            now=now,
            subject="crm.Lead",
            subject_id=held.public_id,
            reason=kept,
            data={"leads": len(ids)},
        )
    return Erasure.objects.get(lead=held)


def _hold(lead: Lead) -> None:
    """The person's rows and those that point at them, held in the order of their keys, as everywhere."""
    ids = persons.of(lead).lead_ids
    touched = Q(pk=lead.pk) | Q(pk__in=ids) | Q(referred_by_id__in=ids)
    list(Lead.everything.filter(touched).select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _forget_rows(ids: list[int]) -> None:
    own_tags = set(LeadTag.objects.filter(lead_id__in=ids).values_list("tag_id", flat=True))
    for key, _tie in ties.erasing(OnErase.GOES):
        model, column = ties.rows(key)
        ties.everything(model).filter(**{f"{column}__in": ids}).delete()
    for key, tie in ties.erasing(OnErase.BLANKED):
        model, column = ties.rows(key)
        ties.everything(model).filter(**{f"{column}__in": ids}).update(**tie.blanks)
    worn = LeadTag.objects.filter(tag=OuterRef("pk"))
    Tag.objects.filter(~Exists(worn), pk__in=own_tags).delete()  # a word that was this person's alone


def _blank_leads(ids: list[int], now: datetime) -> None:
    """Empty the leads' own rows; a source others share stays for the figures, one of this person alone goes."""
    shared = Lead.everything.exclude(pk__in=ids).values("source")
    leads = Lead.everything.filter(pk__in=ids)
    leads.exclude(source__in=shared).update(source="")
    leads.update(
        **dict.fromkeys(_TEXTS, ""),
        **dict.fromkeys(_NULLS),
        **{column: {} for column in _JSON},
        timeline=Timeline.UNKNOWN,
        wants_visit=False,
        deleted_at=now,
        version=F("version") + 1,
        updated_at=now,
    )
    Lead.everything.filter(referred_by_id__in=ids).update(referred_by=None, referred_by_name="")


def _forget_texts(person: Person) -> None:
    """Texts without a key to the lead: rows and names of spreadsheets, searches that were kept, whom they sent."""
    _forget_as_referrer(person)
    blank = ties.declared()["crm.ImportRow.lead"].blanks
    _naming(person, ImportRow.objects.all(), "cells").update(**blank)
    _naming(person, ImportRow.objects.all(), "changes").update(**blank)
    _naming(person, LeadImport.objects.all(), "file_name").update(file_name="planilla")
    _naming(person, LeadExport.objects.all(), "query").update(query="")
    _naming(person, SavedView.objects.all(), "query").delete()
    _naming(person, SavedView.objects.all(), "name").delete()
    for column in ("label", "error", "arguments", "result"):
        empty: Any = {} if column in {"arguments", "result"} else ""
        _naming(person, Job.objects.filter(finished_at__isnull=False), column).update(**{column: empty})


def _forget_as_referrer(person: Person) -> None:
    """The histories of leads they sent, or were said to have sent, name them."""
    told = TimelineEntry.objects.filter(kind=TimelineKind.EDIT, data__changes__has_any_keys=list(_REFERRERS))
    naming = list(_naming(person, told, "data"))
    for entry in naming:
        for name in _REFERRERS & entry.data["changes"].keys():
            sides = entry.data["changes"][name]
            entry.data["changes"][name] = ["…" if _names(person, side) else side for side in sides]
    TimelineEntry.objects.bulk_update(naming, ["data"], batch_size=500)


def _names(person: Person, text: str) -> bool:
    digits = "".join(filter(str.isdigit, text))
    marks = (word.casefold() in text.casefold() for word in person.words)
    return any(marks) or any(number in digits for number in person.numbers)


def _forget_files(person: Person, now: datetime) -> None:
    """Files that may hold the person: spreadsheets taken in are done with, lists are made anew by who needs them."""
    rows = ImportRow.objects.filter(lead_import=OuterRef("pk"), lead_id__in=person.lead_ids)
    LeadImport.objects.filter(Exists(rows), state__in=_SETTLED).update(content=None)
    LeadExport.objects.filter(content__isnull=False).update(content=None, expires_at=now)


def _forget_acts(ids: list[int]) -> None:
    """Acts that remember the person cannot be taken back any more."""
    pattern = rf"\y({'|'.join(map(str, ids))})\y"
    told = Action.objects.annotate(told=Cast("before", TextField())).filter(told__regex=pattern)
    told.update(before={}, label="")


def _forget_history(ids: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT crm_erase_history(%s::bigint[])", [ids])
        [gone] = cursor.fetchone()
    return int(gone)


def _naming(person: Person, rows: "QuerySet[Any]", column: str) -> "QuerySet[Any]":
    """The rows whose column holds one of the person's words, or one of their numbers however it is spaced."""
    told = rows.annotate(told=Cast(column, TextField()), digits=Digits(Cast(column, TextField())))
    marks = [Q(told__icontains=word) for word in _spelled(person.words)]
    marks += [Q(digits__contains=number) for number in person.numbers]
    found = told.filter(reduce(or_, marks)) if marks else told.none()
    named: QuerySet[Any] = rows.model._default_manager.filter(pk__in=list(found.values_list("pk", flat=True)))  # noqa: SLF001
    return named


def _spelled(words: tuple[str, ...]) -> set[str]:
    """Words as they stand in text, and as JSON and addresses write them."""
    from json import dumps  # noqa: PLC0415 -- small
    from urllib.parse import quote, quote_plus  # noqa: PLC0415 -- small

    return {way for word in words for way in (word, dumps(word)[1:-1], quote(word), quote_plus(word))}


def _without(person: Person, text: str) -> str:
    for mark in (*person.words, *person.numbers):
        text = text.replace(mark, "…")
    return text[:300]


class Digits(Func):
    """The digits of a text, nothing else."""

    function = "regexp_replace"
    output_field = TextField()

    def __init__(self, text: Any) -> None:  # noqa: ANN401 -- an expression
        super().__init__(text, Value("[^0-9]"), Value(""), Value("g"))
