"""Answers to a public form become leads, or contacts of the leads that are there already.

A person is known by phone, else by e-mail. What a lead has is never overwritten, and nobody outside learns that it was
there. The answers of a brokerage are taken in one after the other, so that twenty at once are one lead.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from core import audit, tenancy
from core.actors import Actor, ActorKind
from crm import consent, custom_values, duplicates, interactions, leads, timeline
from crm.consent import Ground
from crm.enums import ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, InteractionKind
from crm.interactions import Contact
from crm.models import CaptureForm, Consent, FormReceipt, Lead, Tag

REPEAT = timedelta(minutes=10)
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, checked. `columns` are fields of a lead, `custom` own fields by key, `shown` all of it in words."""

    columns: Mapping[str, Any]
    custom: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    agrees: bool = False
    shown: tuple[tuple[str, str], ...] = ()
    once: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    proof: Mapping[str, Any] = field(default_factory=dict)


def broker_of(token: str) -> int | None:
    """The brokerage a form's address belongs to; asked before any brokerage is open (`crm_form_broker`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT crm_form_broker(%s)", [token])
        [found] = cursor.fetchone()
    return found if found is None else int(found)


def actor(form: CaptureForm) -> Actor:
    """Who an answer's writes are by."""
    return Actor(ActorKind.FORM, None, form.name)


def take(form: CaptureForm, said: Said, *, now: datetime) -> Lead | None:
    """Take an answer in; None for one that was taken in before."""
    by = actor(form)
    with audit.by(by), transaction.atomic():
        _one_at_a_time()
        if _is_repeat(form, said, now):
            return None
        lead = _known(form, said)
        if lead is None:
            try:
                lead = _welcome(form, said, by, now)
            except leads.Taken:  # a colleague typed the same phone in this very moment
                lead = _known(form, said)
                if lead is None:
                    raise
                _join(lead, form, said, by, now)
        else:
            _join(lead, form, said, by, now)
        _agree(lead, form, said, by, now)
    return lead


def block(form: CaptureForm) -> None:
    """Count an answer that was no person's; nothing else of it is kept."""
    CaptureForm.objects.filter(pk=form.pk).update(blocked=F("blocked") + 1)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('crm.capture'), %s)", [tenancy.current() % 2**31])


def _is_repeat(form: CaptureForm, said: Said, now: datetime) -> bool:
    """Whether the same was said minutes ago, or the very same page is sent again within the day; else remember it."""
    told = json.dumps([said.shown, said.agrees], ensure_ascii=True)
    digests = [salted_hmac("crm.capture", told, algorithm="sha256").hexdigest()]
    if said.once:
        digests.append(salted_hmac("crm.capture.once", said.once + told, algorithm="sha256").hexdigest())
    FormReceipt.objects.filter(form=form, at__lte=now - KEPT).delete()
    known = FormReceipt.objects.filter(form=form)
    if known.filter(digest=digests[0], at__gt=now - REPEAT).exists() or known.filter(digest__in=digests[1:]).exists():
        return True
    FormReceipt.objects.bulk_create([FormReceipt(form=form, digest=digest, at=now) for digest in digests])
    return False


def _known(form: CaptureForm, said: Said) -> Lead | None:
    """The person's lead, held. One merged or binned before it could be held is looked for again, once."""
    phone, email = str(said.columns.get("phone_raw", "")), str(said.columns.get("email", ""))
    for _attempt in range(2):
        same = duplicates.same_phone(phone, form.broker.country) if phone else None
        found = same or duplicates.same_email(email)
        if found is None:
            return None
        held = Lead.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
        if held is not None:
            return held
    return None


def _welcome(form: CaptureForm, said: Said, by: Actor, now: datetime) -> Lead:
    broker = form.broker
    owner = form.owner if form.owner and form.owner.is_active else None
    draft = leads.Draft(
        {**said.columns, "source": form.source, "country": broker.country, "language": form.language},
        assigned_to=owner,
        source_detail=said.detail,
        custom=said.custom,
    )
    lead = leads.create(draft, by=by, now=now, note=said.message, tag_names=form.tag_names)
    _count(form, now)
    return lead


def _join(held: Lead, form: CaptureForm, said: Said, by: Actor, now: datetime) -> None:
    """The person is a lead already: fill what was blank, keep all that was said, count it as a message of theirs."""
    try:
        with transaction.atomic():
            leads.edit(held, _blanks(held, said), by=by, now=now)
    except leads.Taken:  # the e-mail is this lead's, the phone another's
        rest = {name: value for name, value in _blanks(held, said).items() if name != "phone_raw"}
        leads.edit(held, rest, by=by, now=now)
    if form.tag_names:
        worn = Tag.objects.filter(lead_tags__lead=held).values_list("name", flat=True)
        leads.set_tags(held, [*worn, *form.tag_names], by=by, now=now)
    told = [form.name, *(f"{label}: {value}" for label, value in said.shown)]
    if said.agrees and form.consent_wording:
        told.append(f"☑ {form.consent_wording}")
    timeline.add_note(held, body="\n".join(told), by=by, at=now)
    interactions.record(held, Contact(InteractionKind.MESSAGE_IN, now, note=form.name), by=by, now=now)
    _count(form, now, joined=1)


def _blanks(lead: Lead, said: Said) -> dict[str, Any]:
    """What the person said that the lead does not have yet; amounts of a budget go together."""
    columns = dict(said.columns)
    if lead.budget_amount is not None:
        columns = {name: value for name, value in columns.items() if not name.startswith("budget_")}
    if lead.timeline != "unknown":
        columns.pop("timeline", None)
    free = {
        name: value
        for name, value in columns.items()
        if value not in {None, ""} and (name == "timeline" or getattr(lead, name) in {None, ""})
    }
    own = {key: value for key, value in said.custom.items() if value is not None and key not in lead.custom}
    return free | custom_values.changes(own)


def _agree(lead: Lead, form: CaptureForm, said: Said, by: Actor, now: datetime) -> None:
    """The ledger: that they asked to be answered, and what they agreed to, in the words they saw.

    Anybody may type anybody's phone, so a form lifts no revocation: nothing is entered then; the note keeps the tick.
    """
    if lead.opted_out_at is not None:
        return
    proof = {**said.proof, "form": str(form.public_id), "form_name": form.name, "checkbox": said.agrees}
    asked = Ground(ConsentBasis.REQUEST, ConsentSource.FORM, form.title, proof)
    entries = [consent.entry(lead, ConsentState.GRANTED, asked, by=by, at=now, purpose=ConsentPurpose.TRANSACTIONAL)]
    if said.agrees and form.consent_wording:
        seen = {**proof, "wording_version": form.consent_version}
        agreed = Ground(ConsentBasis.OPT_IN, ConsentSource.FORM, form.consent_wording, seen)
        purpose = ConsentPurpose(form.purpose)
        entries.append(consent.entry(lead, ConsentState.GRANTED, agreed, by=by, at=now, purpose=purpose))
    Consent.objects.bulk_create(entries)


def _count(form: CaptureForm, now: datetime, *, joined: int = 0) -> None:
    CaptureForm.objects.filter(pk=form.pk).update(taken_in=F("taken_in") + 1, joined=F("joined") + joined, last_at=now)
