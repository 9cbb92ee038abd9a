"""Who would come into a campaign, before anybody does: for the simulation and the review."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.functions import MD5, Cast

from campaigns import audience, enrolling, trigger_rules
from campaigns.enums import CampaignTrigger, EnrollmentStatus
from campaigns.models import Campaign, Enrollment
from crm.models import Lead, LeadQuerySet


def now_entering(campaign: Campaign, *, now: datetime) -> LeadQuerySet:
    """The leads that its trigger takes in at this moment, were it running: none where it waits for news, or a hand."""
    if waits_for_news(campaign):
        return Lead.objects.none()
    return _free(campaign, trigger_rules.answering(campaign, audience.leads(campaign, now=now), now=now), now)


def meant(campaign: Campaign, *, now: datetime) -> LeadQuerySet:
    """The leads that could come in: those entering now, else those it is for, as if they entered."""
    if campaign.trigger == CampaignTrigger.MANUAL:
        return audience.leads(campaign, now=now)
    if waits_for_news(campaign):
        return audience.leads(campaign, now=now).filter(stage=campaign.condition.get("stage", ""))
    return now_entering(campaign, now=now)


def waits_for_news(campaign: Campaign) -> bool:
    """Whether only a change of stage from now on brings anybody in."""
    is_change = campaign.trigger == CampaignTrigger.STAGE_CHANGE
    return is_change and not campaign.condition.get("include_current")


def sample(
    campaign: Campaign, most: int, *, now: datetime, within: LeadQuerySet | None = None
) -> tuple[list[int], int]:
    """Keys of up to `most` of the leads that could come in, and how many there are; the same ones each time.

    Where the campaign takes only so many, those with the highest scores, as it would; else some from everywhere.
    """
    found, left = meant(campaign, now=now), enrolling.room(campaign)
    found = found if within is None else found.filter(pk__in=within.order_by().values("pk"))
    total = found.count()
    if left is not None and left < total:
        total, found = left, found.order_by(F("score").desc(nulls_last=True), "pk")
    else:
        found = found.order_by(MD5(Cast("pk", TextField())))
    return list(found.values_list("pk", flat=True)[: min(most, total)]), total


def kept_out(campaign: Campaign, *, now: datetime) -> dict[str, int]:
    """How many leads it is for may not come in at all, by why (campaigns.words); one statement."""
    found = audience.filtered(campaign, now=now)
    if campaign.trigger not in {CampaignTrigger.MANUAL, CampaignTrigger.STAGE_CHANGE}:
        found = trigger_rules.answering(campaign, found, now=now)
    elif campaign.trigger == CampaignTrigger.STAGE_CHANGE:
        found = found.filter(stage=campaign.condition.get("stage", ""))
    told = audience.counted(found, audience.bars(campaign))
    told.pop("", None)
    return told


def _free(campaign: Campaign, leads: LeadQuerySet, now: datetime) -> LeadQuerySet:
    """Those that have not been in, or long enough ago."""
    been = Enrollment.objects.filter(campaign=campaign, lead=OuterRef("pk"))
    return leads.filter(~Exists(been.filter(Q(status=EnrollmentStatus.ACTIVE) | enrolling.barring(campaign, now))))
