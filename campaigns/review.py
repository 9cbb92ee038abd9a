"""What is shown before a campaign is activated: who enters, what the first week is like, what stands in the way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from campaigns import entering, readiness, words
from campaigns.enums import CampaignStatus, CampaignTrigger, EnrollmentStatus
from campaigns.models import Campaign, Enrollment
from campaigns.readiness import Problem
from campaigns.simulation import Outcome, Plan, simulate
from campaigns.simulation.outcome import SENT, SKIPPED
from messaging.gate.words import Words

SAMPLE = 100
DAYS = 7
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Day:
    """How many messages leave on one of the brokerage's days, and how many are kept back for good."""

    day: date
    sent: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Block:
    """A rule that keeps messages back: how often for good in the first week, and how often it makes them wait."""

    code: str
    words: Words
    refused: int
    waits: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another running campaign that has some of the same leads."""

    name: str
    public_id: str
    leads: int


@dataclass(frozen=True, slots=True)
class Review:
    """Figures of the review.

    `enters` comes in at once. Where nobody does, because it waits for news or for a hand, the week is that of `meant`,
    as if they entered now. `sampled` is how many leads were led through it: fewer than there are makes the week an
    estimate, told for all of them.
    """

    enters: int
    meant: int
    sampled: int
    days: Sequence[Day]
    blocks: Sequence[Block]
    kept_out: Sequence[Block]
    """Leads it is for that may not come in, by why."""
    conflicts: Sequence[Conflict]
    problems: Sequence[Problem]

    @property
    def is_estimate(self) -> bool:
        """Whether the week was told from a sample."""
        return self.sampled < self.meant

    @property
    def is_as_if(self) -> bool:
        """Whether nobody enters by itself now."""
        return not self.enters and bool(self.meant)


def of(campaign: Campaign, *, now: datetime) -> Review:
    """The review of a campaign as it would begin at this moment; writes nothing.

    A bounded number of statements: some for the simulation of up to a hundred leads, and a few.
    """
    problems = readiness.problems(campaign)
    if any(each.code == "no_condition" for each in problems):
        return Review(0, 0, 0, (), (), (), (), problems)
    keys, meant = entering.sample(campaign, SAMPLE, now=now)
    enters = 0 if campaign.trigger == CampaignTrigger.MANUAL or entering.waits_for_news(campaign) else meant
    outcome = simulate(campaign, Plan(keys, now, weeks=1, seconds=_SECONDS))
    share = meant / len(keys) if keys else 1.0
    return Review(
        enters,
        meant,
        len(keys),
        _days(outcome, share),
        _blocks(outcome, share),
        [Block(code, words.of(code), leads, 0) for code, leads in entering.kept_out(campaign, now=now).items()],
        _conflicts(campaign, now) if meant else (),
        problems,
    )


def _days(outcome: Outcome, share: float) -> list[Day]:
    found = outcome.per_day()
    first = outcome.day_of(outcome.start)
    days = [first + timedelta(days=ahead) for ahead in range(DAYS)]
    told = [(day, found.get(day, Counter())) for day in days]
    return [Day(day, round(each[SENT] * share), round(each[SKIPPED] * share)) for day, each in told]


def _blocks(outcome: Outcome, share: float) -> list[Block]:
    """The most frequent first; a wait is told by the gate's code as a refusal is."""
    refused = outcome.reasons()
    waits = Counter({f"gate:{code}": times for code, times in outcome.waits().items()})
    said = {f"gate:{code}": each for code, each in outcome.wait_words().items()}
    traces = {line.reason: line.trace for way in outcome.ways for line in way.blocks}
    found = [
        Block(
            code,
            said.get(code) or words.of(code, traces.get(code)),
            round(refused[code] * share),
            round(waits[code] * share),
        )
        for code in refused | waits
    ]
    return sorted(found, key=lambda block: (-block.refused, -block.waits, block.code))


def _conflicts(campaign: Campaign, now: datetime) -> list[Conflict]:
    theirs = entering.meant(campaign, now=now).order_by().values("pk")
    others = Enrollment.objects.filter(status=EnrollmentStatus.ACTIVE, campaign__status=CampaignStatus.ACTIVE)
    others = others.exclude(campaign=campaign).filter(lead__in=theirs).order_by()
    rows = others.values_list("campaign__name", "campaign__public_id").annotate(n=Count("lead", distinct=True))
    return [Conflict(name, str(key), leads) for name, key, leads in sorted(rows, key=lambda row: (-row[2], row[0]))]
