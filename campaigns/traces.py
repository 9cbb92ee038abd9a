"""Why a lead got a step, or did not, in words; and why a lead is not in a campaign at all.

What is told is what was stored when it happened (`Enrollment.cause`, `CampaignLog.trace`, `Message.checks`): rules that
changed since change no past.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import audience, enrolling, phrases, reach, reach_words, words
from campaigns.enums import CampaignTrigger, ConditionKind, EnrollmentStatus
from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from core.actors import ActorKind
from crm.enums import Channel, LeadStatus, Qualification, Stage
from crm.models import Lead, Tag
from messaging.gate.words import Words
from messaging.inbox import bubbles
from messaging.inbox.bubbles import Answered, Bubble

LOADED = ("campaign", "enrollment", "step__template", "step__assign_to", "step__tag", "lead", "message__account")
"""What a log row needs to have loaded."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition as it was seen."""

    text: str
    held: bool
    saw: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything about one step of one lead."""

    log: CampaignLog
    step: str
    entered: list[str]
    outcome: Words
    conditions: list[Seen] = field(default_factory=list)
    checks: list[Answered] = field(default_factory=list)
    template: Mapping[str, Any] = field(default_factory=dict)
    message: Bubble | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a lead is not in: a code of `campaigns.reach_words`, and what is the matter in particular."""

    code: str
    detail: str = ""

    @property
    def text(self) -> str:
        """The reason in one line."""
        return reach_words.line(self.code)


def of(log: CampaignLog, *, now: datetime) -> Trace:
    """The story of a log row, whose `LOADED` are loaded; two statements more where conditions name tags or steps."""
    log.step.campaign = log.campaign
    bubble = bubbles.bubble(log.message, now=now) if log.message is not None else None
    asked = log.trace.get("gate") or []
    checks = [bubbles.answered(each) for each in asked] if asked else bubble.checks if bubble else []
    return Trace(
        log,
        phrases.action(log.step),
        entered(log.enrollment),
        outcome(log, bubble),
        _conditions(log),
        checks,
        log.trace.get("template") or {},
        bubble,
    )


def outcome(log: CampaignLog, bubble: Bubble | None = None) -> Words:
    """What became of the step, and why; nothing for one that was simply done."""
    if bubble is not None and bubble.said and log.reason:
        return Words(bubble.said, bubble.todo)
    provider = log.message.account.provider if log.message is not None else ""
    return words.of(log.reason, log.trace, provider=provider)


def entered(enrollment: Enrollment) -> list[str]:
    """What brought the lead in, in facts of then."""
    cause = enrollment.cause
    told = [_ENTERED.get(str(cause.get("trigger", "")), _by_hand)(enrollment)]
    if enrollment.stage in Stage.values:
        told.append(_("Estaba en %(stage)s.") % {"stage": Stage(enrollment.stage).label})
    return [text for text in told if text]


def why_not(campaign: Campaign, lead: Lead, *, now: datetime) -> list[Reason]:
    """Everything that keeps a lead out now; nothing when it would enter. The lead may be in the bin."""
    reasons = [] if campaign.is_running else [Reason("not_running", str(campaign.get_status_display()))]
    if lead.deleted_at is not None:
        return [Reason("gone"), *reasons]
    keeping = reach.keeping(campaign, lead, now=now)
    if "in" in keeping:
        [enrollment] = Enrollment.objects.filter(
            campaign=campaign, lead=lead, status=EnrollmentStatus.ACTIVE
        ).select_related("next_step")
        return [Reason("in", reach_words.standing(enrollment)), *reasons]
    for code in keeping:
        reasons += _reasons(campaign, lead, code, now)
    if enrolling.room(campaign) == 0:
        reasons.append(Reason("full"))
    if campaign.trigger == CampaignTrigger.MANUAL and not reasons:
        reasons.append(Reason("manual"))
    return reasons


def _reasons(campaign: Campaign, lead: Lead, code: str, now: datetime) -> list[Reason]:
    if code == "been":
        last = Enrollment.objects.filter(campaign=campaign, lead=lead).latest("entry")
        return [Reason(code, reach_words.former(campaign, last))]
    if code == "trigger":
        return [Reason(code, reach_words.instead(campaign, lead))]
    if code == "audience":
        missed = audience.missed(campaign, lead, now=now)
        return [Reason(code, reach_words.filter_words(name, campaign.audience[name])) for name in missed]
    return [Reason(code)]


def _by_hand(enrollment: Enrollment) -> str:
    if enrollment.by_kind == ActorKind.CAMPAIGN:
        return ""
    if not enrollment.by_label:
        return _("Se inscribió a mano.")
    return _("Lo inscribió %(who)s.") % {"who": enrollment.by_label}


def _by_score(enrollment: Enrollment) -> str:
    cause = enrollment.cause
    values = {"score": cause.get("score"), "range": phrases.between(cause.get("score_min"), cause.get("score_max"))}
    return _("Su puntaje era %(score)s, y la campaña pide que esté %(range)s.") % values


def _by_stage(enrollment: Enrollment) -> str:
    cause = enrollment.cause
    to, came = (_stage(cause.get(name)) for name in ("to_stage", "from_stage"))
    to = to or _stage(enrollment.stage)
    if "to_stage" not in cause:
        return _("Estaba en %(to)s cuando la campaña miró.") % {"to": to}
    return _("Pasó de %(from)s a %(to)s.") % {"from": came, "to": to} if came else _("Entró a %(to)s.") % {"to": to}


def _by_inactivity(enrollment: Enrollment) -> str:
    cause = enrollment.cause
    since = parse_datetime(str(cause.get("last_contact_at") or cause.get("created_at") or ""))
    if since is None:
        return ""
    days = (enrollment.enrolled_at - since) // timedelta(days=1)
    return ngettext("Llevaba %(n)s día sin contacto.", "Llevaba %(n)s días sin contacto.", days) % {"n": days}


_ENTERED = {
    CampaignTrigger.LEAD_SCORE.value: _by_score,
    CampaignTrigger.STAGE_CHANGE.value: _by_stage,
    CampaignTrigger.INACTIVITY.value: _by_inactivity,
}


def _stage(value: object) -> str:
    return str(Stage(value).label) if value in Stage.values else ""


def _conditions(log: CampaignLog) -> list[Seen]:
    asked = [each for each in log.trace.get("conditions") or [] if each.get("kind") in ConditionKind.values]
    named = {each["tag"] for each in asked if "tag" in each}
    tags = dict(Tag.objects.filter(public_id__in=named).values_list("public_id", "name")) if named else {}
    steps = {each["step"] for each in asked if "step" in each}
    numbers = Step.objects.filter(public_id__in=steps).values_list("public_id", "number") if steps else ()
    names, places = {str(key): name for key, name in tags.items()}, {str(key): number for key, number in numbers}
    texts = [phrases.condition(each, tags=names, numbers=places) for each in asked]
    return [Seen(text, bool(each.get("held")), _saw(each)) for text, each in zip(texts, asked, strict=True)]


def _saw(each: Mapping[str, Any]) -> str:
    """What a condition looked at, as it was."""
    saw = each.get("saw")
    if saw is None or isinstance(saw, bool):
        return ""
    if isinstance(saw, list):
        return ", ".join(str(Channel(one).label) for one in saw if one in Channel.values)
    for enum in (Stage, LeadStatus, Qualification):
        if saw in enum.values:
            return str(enum(saw).label)
    if each["kind"] in {ConditionKind.REPLIED, ConditionKind.NOT_REPLIED} and (at := parse_datetime(str(saw))):
        return reach_words.when(at)
    return str(saw)
