"""A lead's ways through campaigns: what its page shows of them, and the mark on its card."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from campaigns import phrases, words
from campaigns.enums import CampaignStatus, EnrollmentStatus
from campaigns.models import Campaign, CampaignLog, Enrollment
from crm.models import Lead
from messaging.gate.words import Words
from messaging.models import Message
from pipeline import card_marks
from pipeline.cards import Mark

_MOST_OVER, _MOST_LOGS, _MOST_OFFERED = 3, 5, 200


@dataclass(frozen=True, slots=True)
class Way:
    """A lead in a campaign; `next` is the step it waits for, in words."""

    enrollment: Enrollment
    next: str = ""

    @property
    def is_paused(self) -> bool:
        """Whether the campaign stands still."""
        return self.enrollment.campaign.status == CampaignStatus.PAUSED


@dataclass(frozen=True, slots=True)
class Line:
    """A step that was done for the lead or not, in words, with the address of its trace ("" for none)."""

    log: CampaignLog
    step: str
    said: Words
    url: str


@dataclass(frozen=True, slots=True)
class Ways:
    """Campaigns in progress, those that are over, and the last steps, newest first."""

    current: list[Way]
    over: list[Way]
    lines: list[Line]


def of(lead: Lead) -> Ways:
    """What a lead's page shows, in two statements."""
    rows = Enrollment.objects.filter(lead=lead).select_related(
        "campaign", "next_step__template", "next_step__assign_to", "next_step__tag"
    )
    ways = [Way(each, _next(each)) for each in rows.order_by("-id")]
    active = [way for way in ways if way.enrollment.status == EnrollmentStatus.ACTIVE]
    over = [way for way in ways if way.enrollment.status != EnrollmentStatus.ACTIVE]
    logs = CampaignLog.objects.filter(lead=lead).select_related(
        "campaign", "step__template", "step__assign_to", "step__tag"
    )
    lines = [_line(log) for log in logs.order_by("-id")[:_MOST_LOGS]]
    return Ways(sorted(active, key=lambda way: str(way.enrollment.next_run_at)), over[:_MOST_OVER], lines)


def running() -> list[Campaign]:
    """The campaigns that leads may enter now, by name; one statement."""
    active = Campaign.objects.filter(status=CampaignStatus.ACTIVE, archived_at=None)
    return list(active.order_by("name", "pk")[:_MOST_OFFERED])


def offered(ways: Ways) -> list[Campaign]:
    """Those of them in which the lead is not."""
    there = {way.enrollment.campaign_id for way in ways.current}
    return [campaign for campaign in running() if campaign.pk not in there]


def under_way() -> ArraySubquery:
    """Of a lead's row: the names and statuses of the campaigns it is in that run or stand still."""
    standing = (CampaignStatus.ACTIVE, CampaignStatus.PAUSED)
    mine = Enrollment.objects.filter(
        lead=OuterRef("pk"), status=EnrollmentStatus.ACTIVE, campaign__status__in=standing
    ).order_by("id")
    return ArraySubquery(mine.values_list(JSONObject(name="campaign__name", status="campaign__status")))


def mark(told: Iterable[Mapping[str, str]]) -> Mark:
    """The mark of a lead that is in campaigns: those that run, else those that stand still."""
    running = [each["name"] for each in told if each["status"] == CampaignStatus.ACTIVE]
    if running:
        return Mark("player-play", _("En campaña: %(names)s") % {"names": ", ".join(running)}, "info")
    names = ", ".join(each["name"] for each in told)
    return Mark("player-pause", _("Campaña en pausa: %(names)s") % {"names": names}, "warn")


def trace_url(log: CampaignLog) -> str:
    """The page that tells why a step was done or not; "" where there is none."""
    try:
        return reverse("campaigns:trace", args=[log.campaign.public_id, log.public_id])
    except NoReverseMatch:
        return ""


def of_message(message: Message) -> CampaignLog | None:
    """The row of the step that wrote a message."""
    return CampaignLog.objects.filter(message=message).select_related("campaign").first()


def _next(enrollment: Enrollment) -> str:
    step = enrollment.next_step
    if step is None or enrollment.status != EnrollmentStatus.ACTIVE:
        return ""
    step.campaign = enrollment.campaign
    return phrases.action(step)


def _line(log: CampaignLog) -> Line:
    log.step.campaign = log.campaign
    return Line(log, phrases.action(log.step), words.of(log.reason, log.trace), trace_url(log))


card_marks.declare("campaigns", card_marks.Marker(under_way, mark))
