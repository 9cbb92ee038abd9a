"""What brings leads in by itself: changes of stage at once, everything else when beat, or the engine, looks.

A look is one statement a campaign and a transaction of its own: killed anywhere, the next look does the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

from campaigns import audience, enrolling, trigger_rules
from campaigns.enums import CampaignStatus, CampaignTrigger
from campaigns.models import Campaign
from core import audit, failpoints, mishaps, tenancy
from core.actors import Actor, ActorKind
from pipeline.models import StageTransition


def actor(campaign: Campaign) -> Actor:
    """Who does what a campaign does."""
    return Actor(ActorKind.CAMPAIGN, None, campaign.name)


def check_all(*, now: datetime, fresh: bool = False) -> int:
    """Look at the triggers of every brokerage's running campaigns; returns how many leads came in.

    `fresh` looks only at those that nobody has looked at since they began to run.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, campaign_id FROM campaigns_running(%s)", [fresh])
        running = cursor.fetchall()
    return sum(_check_one(broker_id, campaign_id, now, fresh=fresh) for broker_id, campaign_id in running)


def check(broker_id: int, campaign_id: int, *, now: datetime, fresh: bool = False) -> int:
    """Take in whoever one campaign's trigger means now; returns how many were new."""
    with tenancy.use(broker_id):
        campaign = enrolling.hold(campaign_id)
        if campaign is None or (fresh and campaign.checked_at is not None):
            return 0
        found = trigger_rules.answering(campaign, audience.leads(campaign, now=now), now=now)
        failpoints.reached("campaigns.looked")
        with audit.by(actor(campaign)):
            taken = enrolling.take_in(campaign, found, why=campaign.condition, by=actor(campaign), now=now)
        Campaign.objects.filter(pk=campaign.pk).update(checked_at=now)
        failpoints.reached("campaigns.checked")
    return taken


def _check_one(broker_id: int, campaign_id: int, now: datetime, *, fresh: bool) -> int:
    """One campaign's look; its mistake is told and keeps no other from theirs."""
    with mishaps.logged("trigger_not_checked", broker=broker_id, campaign=campaign_id):
        return check(broker_id, campaign_id, now=now, fresh=fresh)
    return 0


def entered(transitions: Sequence[StageTransition], *, now: datetime) -> None:
    """Leads have just entered stages: campaigns that wait for that take them in, in the same transaction."""
    by_way: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in transitions:
        if not each.is_undo:
            by_way[each.from_stage, each.to_stage].append(each.lead_id)
    take_in(by_way, now=now)


def take_in(by_way: dict[tuple[str, str], list[int]], *, now: datetime) -> None:
    """Leads by where they came from and where to. One statement where no campaign waits for it."""
    if not by_way:
        return
    waiting = Campaign.objects.filter(
        status=CampaignStatus.ACTIVE,
        trigger=CampaignTrigger.STAGE_CHANGE,
        condition__stage__in=sorted({to for _from, to in by_way}),
    )
    for campaign in waiting.order_by("pk"):
        for (from_stage, to_stage), lead_ids in by_way.items():
            if trigger_rules.listens(campaign, to_stage=to_stage, from_stage=from_stage):
                _enter(campaign, lead_ids, {"from_stage": from_stage, "to_stage": to_stage}, now)


def _enter(campaign: Campaign, lead_ids: Collection[int], why: dict[str, str], now: datetime) -> None:
    found = audience.leads(campaign, now=now).filter(pk__in=lead_ids)
    enrolling.take_in(campaign, found, why=why, by=actor(campaign), now=now)
