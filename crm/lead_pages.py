"""What the page of a lead shows, gathered in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.http import BrokerRequest
from accounts.models import User
from core import keyset, phones
from core.keyset import Order
from crm import bin as leads_bin
from crm import consent_words, custom_fields, duplicates, filters, financial, lists
from crm.enums import PhoneKind
from crm.models import Consent, Erasure, Lead, LeadPhone, Tag, TimelineEntry
from crm.models.lead_queries import sees
from crm.timeline_words import KINDS, Line, lines

STREAM = Order("timeline", "at", descending=True, timed=True)
_ENTRIES, _LEDGER, _MOST_IN = 25, 10, 2000


@dataclass(frozen=True, slots=True)
class Stream:
    """A stretch of the timeline and where it goes on."""

    lines: list[Line]
    next: str
    last_day: str


@dataclass(frozen=True, slots=True)
class Twin:
    """A lead that looks like the same person; one the reader may not see is told by its owner's name alone."""

    owner: str
    lead: Lead | None = None

    @classmethod
    def seen_by(cls, user: User, lead: Lead) -> "Twin":
        """A lead as `user` may know of it."""
        owner = str(lead.assigned_to) if lead.assigned_to else ""
        may = user.is_admin or lead.assigned_to_id in {None, user.pk}
        return cls(owner, lead if may else None)


def get(request: BrokerRequest, public_id: UUID) -> Lead:
    """The lead, its owner loaded; 404 for one the person may not see."""
    visible = Lead.objects.visible_to(request.user).select_related("assigned_to")
    lead = visible.filter(public_id=public_id).first()
    if lead is None:
        raise Http404
    return lead


def trace(user: User, public_id: UUID) -> Lead | None:
    """What is left of a lead that is not there: one merged into a lead the person may see, or one erased."""
    gone = Lead.everything.visible_to(user).select_related("merged_into")
    found = gone.filter(public_id=public_id, deleted_at__isnull=False).first()
    if found is None:
        return None
    kept = found.merged_into
    if kept is not None and kept.deleted_at is None and sees(user, kept):
        return found
    return found if kept is None and Erasure.objects.filter(lead=found).exists() else None


def stream(lead: Lead, *, kinds: list[str], cursor: str, last_day: str, now: datetime) -> Stream:
    """The timeline of a lead, newest first, of some kinds or all. Raises keyset.BadCursor."""
    entries: QuerySet[TimelineEntry] = TimelineEntry.objects.filter(lead=lead)
    wanted = [kind for name in kinds if name in KINDS for kind in KINDS[name][1]]
    if wanted:
        entries = entries.filter(kind__in=wanted)
    page = keyset.page(entries, STREAM, cursor=cursor, size=_ENTRIES)
    drawn = lines(page.rows, lead, now=now, last_day=last_day)
    return Stream(drawn, page.next, _end_of(drawn, last_day))


def _end_of(drawn: list[Line], last_day: str) -> str:
    """The ISO day of the last line, so that the next stretch does not repeat its heading."""
    return timezone.localtime(drawn[-1].entry.at).date().isoformat() if drawn else last_day


def neighbours(request: BrokerRequest, lead: Lead, *, now: datetime) -> dict[str, Any]:
    """The leads before and after within the list the person came from (`?in=` holds its address's query)."""
    query = request.GET.get("in", "")[:_MOST_IN]
    params = QueryDict(query)
    found = filters.apply(params, user=request.user, now=now)
    before, after = keyset.neighbours(found.found.only("public_id"), lists.order_of(params.get("sort", "")), lead)
    return {"before": before, "after": after, "in_query": query if found.is_valid() else ""}


def context(request: BrokerRequest, lead: Lead, *, now: datetime) -> dict[str, Any]:
    """Everything of the page but the timeline and the neighbours."""
    return {
        "lead": lead,
        "tags": tags(lead),
        "may_delete": leads_bin.may_delete(request.user, lead),
        "phones": further_phones(lead),
        "similar": similar(request.user, lead),
        "standings": consent_words.standings(lead),
        "ledger": Consent.objects.filter(lead=lead).order_by("-at", "-id")[:_LEDGER],
        "stage_url": stage_url(lead),
        "visits_url": url_above("appointments:lead-visits", lead),
        "messages_url": url_above("inbox:lead-panel", lead),
        "campaigns_url": url_above("campaigns:lead-panel", lead),
        "visit_url": url_above("appointments:visit-new", lead),
        "telegram_url": url_above("invites:telegram", lead),
        "audit_url": url_above("audit:lead", lead) if request.user.is_admin else "",
        "may_see_money": may_see_profile(request.user, lead),
        "declared": financial.read(lead) if may_see_profile(request.user, lead) else None,
        "whatsapp": lead.phone_e164.removeprefix("+"),
        "phone": phones.display(lead.phone_e164) if lead.phone_e164 else "",
        "phone_warning": phone_warning(lead),
        "own": custom_fields.shown(lead, custom_fields.definitions()),
        "now": now,
    }


def similar(user: User, lead: Lead) -> list[Twin]:
    """Leads with the same phone or e-mail."""
    found = duplicates.similar(phone_e164=lead.phone_e164, email=lead.email, exclude_id=lead.pk)
    return [Twin.seen_by(user, each) for each in found]


def tags(lead: Lead) -> list[Tag]:
    """The tags a lead wears, by name."""
    return list(Tag.objects.filter(lead_tags__lead=lead).order_by("name"))


def further_phones(lead: Lead) -> list[str]:
    """The lead's other numbers, in E.164."""
    found = LeadPhone.objects.filter(lead=lead, kind=PhoneKind.SECONDARY).order_by("id")
    return [f"+{phone.number}" for phone in found]


def phone_warning(lead: Lead) -> str:
    """What is doubtful about the lead's phone, "" for nothing."""
    primary = phones.parse(lead.phone_raw, lead.country).primary if lead.phone_raw else None
    return primary.warning_text if primary else ""


def may_see_profile(user: User, lead: Lead) -> bool:
    """Whether a person may see and change the financial profile: who runs the brokerage, and who has the lead."""
    return user.is_admin or lead.assigned_to_id == user.pk


def stage_url(lead: Lead) -> str:
    """Where the stages of a lead come from."""
    return url_above("pipeline:lead-stage", lead)


def url_above(name: str, lead: Lead) -> str:
    """A page of a lead in a layer above, known by its name only; "" where it is not installed."""
    try:
        return reverse(name, args=[lead.public_id])
    except NoReverseMatch:
        return ""


def sources() -> list[str]:
    """Where the brokerage's leads come from, to choose from while typing."""
    found = Lead.objects.exclude(source="").order_by("source").values_list("source", flat=True).distinct()
    return list(found[:100])


def people(request: BrokerRequest) -> list[User]:
    """Those the person may give a lead to, by name."""
    return list(User.objects.candidates(request.user).order_by("name", "email"))
