"""Who a campaign is for: the filters of leads, and whom no campaign takes in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Count, Q, Value, When
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from campaigns.enums import CampaignTrigger
from campaigns.models import Campaign
from crm import filters
from crm.enums import Stage, TreatmentType
from crm.filters import ME, LeadFilter
from crm.models import Lead, LeadQuerySet

CLOSED = (Stage.GANADO, Stage.PERDIDO)

Values = dict[str, list[str]]


def checked(audience: Mapping[str, object], *, now: datetime) -> Values:
    """Filters as they are stored; raises ValidationError with what is wrong by name, unknown names too."""
    known = filters.names(audience)
    errors: dict[str, Any] = {str(name)[:60]: [_("Ese filtro no existe.")] for name in audience.keys() - known}
    clean = {name: words for name in sorted(known) if (words := _words(audience[name]))}
    if ME in clean.get("assigned", []):
        errors["assigned"] = [_("Una campaña no tiene un «yo»: elige a una persona.")]
    if not errors:
        found = _filter(clean, Lead.objects.all(), now)
        if not found.is_valid():
            errors = {name: list(each) for name, each in found.errors.items()}
    if errors:
        raise ValidationError(errors)
    return clean


def leads(campaign: Campaign, *, now: datetime) -> LeadQuerySet:
    """The leads that its filters mean and that may enter; none when a filter means nothing any more."""
    return filtered(campaign, now=now).filter(enterable(campaign))


def filtered(campaign: Campaign, *, now: datetime) -> LeadQuerySet:
    """The leads that its filters mean, whether they may enter or not."""
    return _filter(campaign.audience, Lead.objects.all(), now).found


def missed(campaign: Campaign, lead: Lead, *, now: datetime) -> list[str]:
    """The filters that leave a lead out, by name; a statement each."""
    among = Lead.objects.filter(pk=lead.pk)
    return [name for name, words in campaign.audience.items() if not _filter({name: words}, among, now).found.exists()]


def enterable(campaign: Campaign) -> Q:
    """Lets a lead in that did not say no, is not on hold, at its goal, or closed where nobody asked for closed ones."""
    return ~reduce(or_, bars(campaign).values())


def bars(campaign: Campaign) -> dict[str, Q]:
    """What keeps a lead out whatever brings it in, by code, in the order in which it is told."""
    return {
        "opt_out": Q(opted_out_at__isnull=False),
        "hold": Q(treatment_type=TreatmentType.HOLD),
        **({"goal": Q(stage=campaign.goal)} if campaign.goal else {}),
        "closed": Q(stage__in=sorted(set(CLOSED) - _asked_for(campaign) - {campaign.goal})),
    }


def first(tests: Mapping[str, Q]) -> Case:
    """Of a lead's row: the code of the first of these conditions that holds, "" where none does."""
    return Case(*(When(test, then=Value(code)) for code, test in tests.items()), default=Value(""))


def counted(leads: LeadQuerySet, tests: Mapping[str, Q]) -> dict[str, int]:
    """How many leads there are by `first`, in the order of the conditions and "" before them; one statement."""
    rows = leads.annotate(why=first(tests)).values_list("why").annotate(n=Count("*")).order_by()
    found = dict(rows)
    return {code: found[code] for code in ("", *tests) if code in found}


def _asked_for(campaign: Campaign) -> set[str]:
    """The stages that it names itself: a win-back is for the lost ones."""
    named = set(campaign.audience.get("stage", []))
    if campaign.trigger == CampaignTrigger.STAGE_CHANGE:
        named.add(campaign.condition.get("stage", ""))
    elif campaign.trigger == CampaignTrigger.INACTIVITY:
        named |= set(campaign.condition.get("stages", []))
    return named


def _filter(values: Mapping[str, Sequence[str]], among: LeadQuerySet, now: datetime) -> LeadFilter:
    return LeadFilter(MultiValueDict({name: list(words) for name, words in values.items()}), among, now=now)


def _words(value: object) -> list[str]:
    each = value if isinstance(value, list | tuple) else [value]
    return [str(word)[:200] for word in each if word not in (None, "")]
