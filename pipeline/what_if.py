"""What other rules would change, told over the real leads by the same pure functions; nothing is written."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.functional import Promise

from crm import financial
from crm.enums import LeadStatus, Qualification, Stage
from crm.financial import NOTHING, Declared
from crm.models import Lead
from crm.qualification import is_by_hand, qualify
from crm.rules import Rules
from crm.scoring import score, status_for
from crm.scoring.loading import Known, known_of
from pipeline import advance
from pipeline.advance_rules import Standing, standings

MOST, SECONDS = 5_000, 3.0
"""The newest leads that are looked at, and how long at most: the page waits for it."""
_AT_ONCE, _SHOWN = 250, 8


@dataclass(frozen=True, slots=True)
class Told:
    """What rules tell of a lead."""

    score: int
    status: LeadStatus
    qualification: Qualification
    next: Stage | None

    @property
    def words(self) -> list[str | Promise]:
        """Status and qualification as people read them."""
        return [self.status.label, self.qualification.label]


@dataclass(frozen=True, slots=True)
class Change:
    """A lead that other rules tell something else of."""

    lead: Lead
    before: Told
    after: Told

    @property
    def by(self) -> int:
        """By how many points its score changes."""
        return self.after.score - self.before.score


@dataclass(slots=True)
class Outcome:
    """How many leads were looked at of how many, how many change in what, and those that change the most."""

    total: int = 0
    looked: int = 0
    changed: int = 0
    scores: int = 0
    statuses: int = 0
    qualifications: int = 0
    moves: int = 0
    biggest: list[Change] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every lead was looked at."""
        return self.looked == self.total


def look(now_is: Rules, would_be: Rules, *, now: datetime) -> Outcome:
    """Tell every lead, the newest first, by both sets of rules, until all or MOST are told or the time is up."""
    until = time.monotonic() + SECONDS
    outcome = Outcome(total=Lead.objects.count())
    lead_ids = list(Lead.objects.order_by("-created_at", "-id").values_list("pk", flat=True)[:MOST])
    for start in range(0, len(lead_ids), _AT_ONCE):
        for change in _compare(lead_ids[start : start + _AT_ONCE], now_is, would_be, now):
            _count(outcome, change)
        outcome.biggest = sorted(outcome.biggest, key=_weight)[:_SHOWN]
        if time.monotonic() > until:
            break
    return outcome


def _compare(lead_ids: Sequence[int], now_is: Rules, would_be: Rules, now: datetime) -> list[Change]:
    known, declared = known_of(lead_ids, now=now), financial.read_many(lead_ids)
    return [
        Change(
            standing.lead,
            *(
                _told(standing, known[standing.lead.pk], declared.get(standing.lead.pk, NOTHING), under)
                for under in (now_is, would_be)
            ),
        )
        for standing in standings(lead_ids)
        if standing.lead.pk in known
    ]


def _told(standing: Standing, known: Known, declared: Declared, under: Rules) -> Told:
    """What the rules tell of a lead, which carries it in memory while the table of moves is asked."""
    lead = standing.lead
    has = Qualification(lead.qualification)
    kept = (lead.score, lead.qualification, lead.income_band)
    found = has if is_by_hand(lead) or declared == NOTHING else qualify(declared, under.criteria)
    band = lead.income_band if declared == NOTHING else under.band(declared.monthly_income)
    points = score(replace(known.facts, income_band=band), under).total
    status = status_for(points, stage=standing.stage, before=known.status, bounds=under.warmth)
    lead.score, lead.qualification, lead.income_band = points, found, band
    told = Told(points, status, found, advance.next_stage(standing, under))
    lead.score, lead.qualification, lead.income_band = kept
    return told


def _count(outcome: Outcome, change: Change) -> None:
    before, after = change.before, change.after
    outcome.looked += 1
    outcome.scores += before.score != after.score
    outcome.statuses += before.status != after.status
    outcome.qualifications += before.qualification != after.qualification
    outcome.moves += before.next != after.next
    if before != after:
        outcome.changed += 1
        outcome.biggest.append(change)


def _weight(change: Change) -> tuple[int, int]:
    """The most telling changes first: another qualification or status, then by points."""
    kinds = (change.before.qualification != change.after.qualification) + (change.before.status != change.after.status)
    return -kinds, -abs(change.by)
