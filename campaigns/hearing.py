"""What campaigns hear from below (reactions): a lead enters, moves, writes, says no, or is gone."""

from collections import defaultdict

from django.db.models import Q

from campaigns import leaving, triggers
from campaigns.audience import CLOSED
from campaigns.enums import EndReason
from campaigns.models import Enrollment
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
    if not Enrollment.objects.filter(lead_id__in=[each.lead_id for each in event.transitions]).exists():
        keys = {}
    for stage, lead_ids in keys.items():
        theirs = Enrollment.objects.filter(lead_id__in=lead_ids)
        leaving.leave(theirs.filter(campaign__goal=stage), EndReason.GOAL, now=event.at)
        if stage in CLOSED:
            leaving.leave(theirs.filter(~Q(stage=stage)), EndReason.CLOSED, now=event.at)
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
