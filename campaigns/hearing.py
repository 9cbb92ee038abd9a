"""What campaigns hear from below (reactions): a lead enters, moves, writes, says no, or is gone."""

from collections import defaultdict

from django.db import connection
from django.db.models import Q

from campaigns import leaving, triggers
from campaigns.audience import CLOSED
from campaigns.enums import EndReason
from campaigns.models import Enrollment
from core import tenancy
from core.actors import ActorKind
from crm.events import ConsentRevoked, LeadsCreated, LeadsDeleted, LeadsMerged, PersonErased
from messaging.events import MessageReceived
from pipeline.events import StagesChanged


def on_created(event: LeadsCreated) -> None:
    """New leads enter their stage; those of an import wake no campaign."""
    if event.by.kind == ActorKind.IMPORT:
        return
    by_way: dict[tuple[str, str], list[int]] = defaultdict(list)
    for lead in event.leads:
        by_way["", lead.stage].append(lead.pk)
    triggers.take_in(by_way, now=event.at)


def on_stages(event: StagesChanged) -> None:
    """Leads that reached a goal or a close leave; then campaigns that wait for the stage take them in."""
    keys: dict[str, list[int]] = defaultdict(list)
    for each in event.transitions:
        keys[each.to_stage].append(each.lead_id)
    are_in, are_awaited = _concern([each.lead_id for each in event.transitions], sorted(keys))
    for stage, lead_ids in keys.items() if are_in else ():
        theirs = Enrollment.objects.filter(lead_id__in=lead_ids)
        leaving.leave(theirs.filter(campaign__goal=stage), EndReason.GOAL, now=event.at)
        if stage in CLOSED:
            leaving.leave(theirs.filter(~Q(stage=stage)), EndReason.CLOSED, now=event.at)
    if are_awaited:
        triggers.entered(event.transitions, now=event.at)


def on_received(event: MessageReceived) -> None:
    """Who answers is not written to any further by campaigns that stop on a reply."""
    theirs = Enrollment.objects.filter(
        lead=event.message.lead_id, campaign__stop_on_reply=True, enrolled_at__lt=event.message.created_at
    )
    leaving.leave(theirs, EndReason.REPLY, now=event.at)


def on_revoked(event: ConsentRevoked) -> None:
    """Who says no leaves every campaign."""
    leaving.leave(Enrollment.objects.filter(lead=event.lead_id), EndReason.OPT_OUT, now=event.at)


def on_gone(event: LeadsDeleted | PersonErased) -> None:
    """Who is in the bin, or was erased, leaves every campaign."""
    leaving.leave(Enrollment.objects.filter(lead_id__in=event.lead_ids), EndReason.GONE, now=event.at)


def on_merged(event: LeadsMerged) -> None:
    """What did not move to the lead that stays is over."""
    leaving.leave(Enrollment.objects.filter(lead=event.other_id), EndReason.GONE, now=event.at)


# Most moves concern no campaign: one statement says so.
_CONCERN = """
SELECT EXISTS (SELECT FROM campaigns_enrollment WHERE broker_id = %s AND lead_id = ANY(%s)),
       EXISTS (SELECT FROM campaigns_campaign WHERE broker_id = %s AND status = 'active' AND trigger = 'stage_change'
               AND condition ->> 'stage' = ANY(%s))
"""


def _concern(lead_ids: list[int], stages: list[str]) -> tuple[bool, bool]:
    """Whether any of these leads has been in a campaign, and whether one waits for any of the stages."""
    broker = tenancy.current()
    with connection.cursor() as cursor:
        cursor.execute(_CONCERN, [broker, lead_ids, broker, stages])
        are_in, are_awaited = cursor.fetchone()
    return are_in, are_awaited
