"""Who a person is in our tables: their lead, its merged and deleted copies, and the marks to find them by elsewhere."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from core.text import fold
from crm.models import Lead, LeadPhone

_SHORTEST_NAME, _SHORTEST_NUMBER = 5, 7


@dataclass(frozen=True, slots=True)
class Person:
    """One person: the keys of all their leads, the public ids, and what names them in free text and in digits."""

    lead_ids: tuple[int, ...]
    public_ids: tuple[UUID, ...]
    words: tuple[str, ...]
    numbers: tuple[str, ...]


def of(lead: Lead) -> Person:
    """The person a lead is, with what was merged into it and what lies in the bin with the same number or address."""
    same = Q(pk=lead.pk) | Q(merged_into=lead)
    binned = Q(deleted_at__isnull=False, merged_into=None)
    if lead.phone_e164:
        same |= binned & Q(phone_e164=lead.phone_e164)
    if lead.email:
        same |= binned & Q(email=lead.email)
    leads = list(Lead.everything.filter(same, erasures=None).order_by("pk"))
    ids = tuple(each.pk for each in leads)
    stored = LeadPhone.objects.filter(lead_id__in=ids).values_list("number", flat=True)
    typed = (re.sub(r"\D", "", each.phone_raw) for each in leads)
    numbers = {number for number in (*stored, *typed) if len(number) >= _SHORTEST_NUMBER}
    names = {each.name.strip() for each in leads if len(each.name.strip()) >= _SHORTEST_NAME}
    words = sorted((names | _own_words(names, ids) | {each.email for each in leads}) - {""})
    return Person(ids, tuple(each.public_id for each in leads), tuple(words), tuple(sorted(numbers)))


def _own_words(names: set[str], ids: tuple[int, ...]) -> set[str]:
    """Parts of the names that nobody else here bears: a search for one of them is a search for this person."""
    parts = {part for name in names for part in name.split() if len(part) >= _SHORTEST_NAME}
    others = Lead.everything.exclude(pk__in=ids)
    return {part for part in parts if not others.filter(search_text__contains=fold(part)).exists()}
