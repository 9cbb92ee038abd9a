"""Taking leads in: one INSERT … SELECT, whether it is one lead or a million; who is in already stays as they are."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q

from campaigns import audience
from campaigns.enums import CampaignStatus, EnrollmentStatus
from campaigns.models import Campaign, Enrollment
from core import failpoints, shared_lock, tenancy, waking
from core.actors import Actor
from crm.models import Lead, LeadQuerySet

_COLUMNS = (
    "broker_id, public_id, campaign_id, lead_id, entry, status, reason, next_step_id, next_run_at, stage, cause, "
    "enrolled_at, by_kind, by_user_id, by_label"
)
_VALUES = (
    "lead.broker_id, gen_random_uuid(), %s, lead.id, {entry}, 'active', '', %s, %s, lead.stage, "
    "%s::jsonb || jsonb_build_object('score', lead.score, 'stage', lead.stage, 'last_contact_at', "
    "lead.last_contact_at, 'created_at', lead.created_at), %s, %s, %s, %s"
)
# A difference of sets, not an anti-join: fresh rows are in no statistics yet, and that plan compares each with each.
_NEW = (
    " EXCEPT SELECT been.lead_id FROM campaigns_enrollment AS been WHERE been.broker_id = %s AND been.campaign_id = %s"
)
_LAST = (
    "LEFT JOIN LATERAL (SELECT been.entry, been.status, been.ended_at FROM campaigns_enrollment AS been "
    "WHERE been.broker_id = lead.broker_id AND been.campaign_id = %s AND been.lead_id = lead.id "
    "ORDER BY been.entry DESC LIMIT 1) AS last ON true"
)
_AGAIN = "(last.entry IS NULL OR (last.status <> 'active' AND last.ended_at <= %s))"


def take_in(campaign: Campaign, leads: LeadQuerySet, *, why: Mapping[str, Any], by: Actor, now: datetime) -> int:
    """Enroll these leads; returns how many were new. `why` stands in each one's cause beside what the trigger saw.

    Who may enter (`audience.enterable`) is asked here, so nobody forgets; who was in already enters again only where
    the campaign allows it and the time has passed. The campaign has steps and runs: the caller holds it.
    """
    first = campaign.steps.filter(number=1).values("pk", "delay_minutes").get()
    left = _room(campaign)
    if left == 0:
        return 0
    try:
        chosen, asked = leads.filter(audience.enterable(campaign)).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    due = now + timedelta(minutes=first["delay_minutes"])
    cause = json.dumps({"trigger": campaign.trigger, **why})
    broker, again = tenancy.current(), campaign.reentry_days is not None
    statement = _statement(chosen, again=again, limited=left is not None)
    values = [
        *asked,
        *([] if again else [broker, campaign.pk]),
        *(campaign.pk, first["pk"], due, cause, now, *by.columns().values()),
        *([campaign.pk] if again else []),
        broker,
        *([now - timedelta(days=campaign.reentry_days or 0)] if again else []),
        *([] if left is None else [left]),
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        taken = int(cursor.rowcount)
        failpoints.reached("campaigns.enrolled")
        if taken:
            waking.on_commit("campaigns.tick")
    return taken


def hold(campaign_id: int) -> Campaign | None:
    """A campaign that runs, held while leads enter: shared, or alone where it counts them; None when it does not."""
    rows = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE).order_by("pk")
    if rows.filter(max_contacts__isnull=False).exists():  # two that shared it would wait for each other to count
        return rows.select_for_update(no_key=True, of=("self",)).first()
    return next(iter(shared_lock.share(rows)), None)


def why_not(campaign: Campaign, lead: Lead) -> str:
    """Why this lead may not enter: a code of campaigns.words, or "" when it may."""
    return whys_not(campaign, [lead]).get(lead.pk, "")


def whys_not(campaign: Campaign, leads: Sequence[Lead]) -> dict[int, str]:
    """The same of many in one statement: the codes of those that may not, by the lead's key."""
    tests = {"gone": Q(deleted_at__isnull=False), **audience.bars(campaign)}
    rows = Lead.everything.filter(pk__in=[lead.pk for lead in leads]).annotate(why=audience.first(tests))
    return dict(rows.exclude(why="").values_list("pk", "why"))


def barring(campaign: Campaign, now: datetime) -> Q:
    """The former entries after which nobody enters: all of them, or the late ones."""
    if campaign.reentry_days is None:
        return ~Q(status=EnrollmentStatus.ACTIVE)
    return Q(ended_at__gt=now - timedelta(days=campaign.reentry_days))


def room(campaign: Campaign) -> int | None:
    """How many more different leads it may take; None where nothing limits it."""
    if campaign.max_contacts is None:
        return None
    return max(0, campaign.max_contacts - Enrollment.objects.filter(campaign=campaign, entry=1).count())


def _statement(chosen: str, *, again: bool, limited: bool) -> str:
    """Values in this order: the queryset's, who has been in, the columns', who may again, how many.

    The brokerage is a subquery where leads are joined: as in core.db.writing, for brokerages no statistics know yet.
    """
    entry = "coalesce(last.entry, 0) + 1" if again else "1"
    return (
        f"WITH chosen (lead_id) AS ({chosen}{'' if again else _NEW}) "  # noqa: S608 -- Django's SQL and constants
        f"INSERT INTO campaigns_enrollment ({_COLUMNS}) SELECT {_VALUES.format(entry=entry)} "
        f"FROM chosen JOIN crm_lead AS lead ON lead.id = chosen.lead_id {_LAST if again else ''} "
        f"WHERE lead.broker_id = (SELECT %s::bigint) {f'AND {_AGAIN}' if again else ''} "
        f"{'ORDER BY lead.score DESC NULLS LAST, lead.id LIMIT %s ' if limited else ''}ON CONFLICT DO NOTHING"
    )


def _room(campaign: Campaign) -> int | None:
    """The same, held, so that two who take in at once do not overshoot."""
    if campaign.max_contacts is not None:
        Campaign.objects.select_for_update(no_key=True).only("pk").get(pk=campaign.pk)
    return room(campaign)
