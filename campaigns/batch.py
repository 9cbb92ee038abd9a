"""What a batch of due enrollments of one campaign needs to be decided: as many statements for a thousand as for one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from campaigns import conditions
from campaigns.conditions import Known
from campaigns.deciding import Visit
from campaigns.enums import ConditionKind, LogStatus
from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from crm.enums import Channel
from crm.models import LeadTag
from messaging.enums import Status
from messaging.models import ChannelIdentity

OPEN = (Status.QUEUED, Status.CLAIMED, Status.SENDING, Status.UNKNOWN)
"""States of a message of which nobody knows yet what becomes of it."""


def visits(campaign: Campaign, steps: Mapping[int, Step], held: Sequence[Enrollment]) -> list[Visit]:
    """The enrollments, their leads loaded, each at its step with what its conditions ask for."""
    here = [steps[each.next_step_id] for each in held if each.next_step_id is not None]
    asked = [each for step in here for each in step.conditions]
    tags = tags_of(held) if conditions.asks(asked, ConditionKind.HAS_TAG, ConditionKind.NO_TAG) else {}
    bound = bound_of(held) if conditions.asks(asked, ConditionKind.HAS_CHANNEL) else frozenset()
    done = _done(held) if any("step" in each for each in asked) else {}
    open_ = unsettled(held)
    return [
        Visit(
            campaign,
            enrollment,
            step,
            Known(
                enrollment.lead,
                enrollment.enrolled_at,
                done.get(enrollment.pk, {}),
                frozenset(tags.get(enrollment.lead_id, ())),
                channels(enrollment, bound),
            ),
            enrollment.pk in open_,
        )
        for enrollment, step in zip(held, here, strict=True)
    ]


def unsettled(held: Sequence[Enrollment]) -> frozenset[int]:
    """The enrollments of which a message is still on its way."""
    ids = [each.pk for each in held]
    logs = CampaignLog.objects.filter(enrollment_id__among=ids, status=LogStatus.PENDING, message__status__in=OPEN)
    return frozenset(logs.values_list("enrollment_id", flat=True))


def channels(enrollment: Enrollment, bound: Collection[int]) -> frozenset[str]:
    """By what a lead can be reached."""
    lead = enrollment.lead
    found = {Channel.WHATSAPP, Channel.CALL} if lead.phone_e164 else set()
    found |= {Channel.EMAIL} if lead.email else set()
    return frozenset(found | ({Channel.TELEGRAM} if enrollment.lead_id in bound else set()))


def tags_of(held: Sequence[Enrollment]) -> dict[int, set[str]]:
    """The tags of their leads, by the lead's key."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = LeadTag.objects.filter(lead_id__among=[each.lead_id for each in held])
    for lead_id, tag in rows.values_list("lead_id", "tag__public_id"):
        found[lead_id].add(str(tag))
    return found


def bound_of(held: Sequence[Enrollment]) -> frozenset[int]:
    """The leads among them that have a chat with a bot of ours."""
    known = ChannelIdentity.objects.filter(
        lead_id__among=[each.lead_id for each in held], account__channel=Channel.TELEGRAM, blocked_at=None
    )
    return frozenset(known.values_list("lead_id", flat=True))


def _done(held: Sequence[Enrollment]) -> dict[int, dict[str, datetime]]:
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    logs = CampaignLog.objects.filter(enrollment_id__among=[each.pk for each in held], executed_at__isnull=False)
    for enrollment_id, step, at in logs.values_list("enrollment_id", "step__public_id", "executed_at"):
        if at is not None:
            found[enrollment_id][str(step)] = at
    return found
