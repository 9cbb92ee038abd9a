"""Leads on their simulated way: enrollments nobody stores, and what the simulation has done to each so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns import batch
from campaigns.acts.messages import Ready
from campaigns.conditions import Known
from campaigns.deciding import Visit
from campaigns.enums import EnrollmentStatus
from campaigns.models import Campaign, Enrollment, Step
from campaigns.simulation.outcome import Wait, Way
from crm.models import Lead
from messaging.gate.evidence import Facts, Sent


@dataclass(slots=True)
class Letter:
    """A message that waits to leave at `at`, and the line of its step as it was due."""

    ready: Ready
    facts: Facts
    due: datetime
    at: datetime
    waits: list[Wait] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """One lead on its way."""

    enrollment: Enrollment
    way: Way
    tags: set[str]
    channels: frozenset[str]
    done: dict[str, datetime] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    """What left in this simulation, newest first."""
    letter: Letter | None = None

    @property
    def at(self) -> datetime | None:
        """When something happens next; None at the end."""
        return self.letter.at if self.letter else self.enrollment.next_run_at

    @property
    def lead(self) -> Lead:
        """As it stands by now in the simulation."""
        return self.enrollment.lead

    def visit(self, campaign: Campaign) -> Visit:
        """The lead at its step, as the engine sees it."""
        enrollment = self.enrollment
        known = Known(self.lead, enrollment.enrolled_at, self.done, frozenset(self.tags), self.channels)
        step = enrollment.next_step
        if step is None:
            msg = "Who has come to the end visits nothing."
            raise ValueError(msg)
        return Visit(campaign, enrollment, step, known)


def begun(campaign: Campaign, first: Step, leads: Sequence[Lead], *, now: datetime) -> list[Walk]:
    """The leads as they come in at this moment; two statements."""
    entered = [_enrollment(campaign, first, lead, -number, now) for number, lead in enumerate(leads, start=1)]
    tags, bound = batch.tags_of(entered), batch.bound_of(entered)
    return [
        Walk(
            each,
            Way(each.lead_id, str(each.lead.public_id), each.lead.name),
            set(tags.get(each.lead_id, ())),
            batch.channels(each, bound),
        )
        for each in entered
    ]


def _enrollment(campaign: Campaign, first: Step, lead: Lead, key: int, now: datetime) -> Enrollment:
    return Enrollment(
        pk=key,  # none that is stored: the engine's functions tell enrollments of a batch apart by it
        campaign=campaign,
        lead=lead,
        status=EnrollmentStatus.ACTIVE,
        next_step=first,
        next_run_at=now + timedelta(minutes=first.delay_minutes),
        stage=lead.stage,
        enrolled_at=now,
    )
