"""Invented brokerages: leads with any past, made from dice and stored in a few statements.

Pasts have reopened stages, moves taken back, forced moves, several moves in one instant, leads in the bin and merged away, leads
that came in before they were entered, and much that happens within seconds of midnight, above all on the two nights of
Santiago's clocks.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from appointments.models import Appointment
from core.actors import Actor
from crm.models import Interaction, Lead, Task
from pipeline.models import StageTransition

STAGES = ("entrada", "perfilamiento", "calificacion_financiera", "agendado", "seguimiento", "referidos", "ganado", "perdido")  # fmt: skip
REASONS = ("precio", "financiamiento", "sin_respuesta", "otro")
SOURCES = ("", "Portal", "Web", "=cmd")
CONTACTS = ("message_in", "message_out", "call_answered", "call_missed", "visit_kept", "bounced")
MEETINGS = ("held", "scheduled", "confirmed", "cancelled", "completed", "no_show")
AUTUMN = datetime(2026, 4, 5, 3, 0, tzinfo=UTC)
"""24:00 of April 4 in Santiago, when the clocks go back to 23:00."""
SPRING = datetime(2026, 9, 6, 4, 0, tzinfo=UTC)
"""24:00 of September 5, when they jump to 1:00."""


@dataclass
class Past:
    """A lead as plain facts. `steps` are (from, to, at, lost reason, whether it takes the one before back) in their order."""

    created_at: datetime
    steps: list
    owner: object
    gone: bool
    merged: bool
    source: str
    budget: tuple
    status: str
    last_contact_at: datetime | None
    next_action_at: datetime | None
    price: tuple
    contacts: list = field(default_factory=list)
    meetings: list = field(default_factory=list)
    tasks: list = field(default_factory=list)
    row: object = None

    @property
    def stage(self):
        return self.steps[-1][1]


def pasts(dice, owners, *, count, night, now):
    """Some leads around a night."""
    return [_past(dice, owners, night, now) for _ in range(count)]


def store(found):
    """Write them down as rows of the brokerage in force."""
    by = Actor.system().columns()
    for number, past in enumerate(found):
        past.row = _lead(past, number)
    Lead.objects.bulk_create([past.row for past in found])
    alive = [past.row for past in found if not past.gone]
    for past in found:
        if past.merged and alive:
            past.row.merged_into = alive[0]
    Lead.everything.bulk_update([past.row for past in found if past.merged and alive], ["merged_into"])
    StageTransition.objects.bulk_create(
        StageTransition(lead=past.row, from_stage=came, to_stage=to, at=at, lost_reason=reason, is_undo=undo, **by)
        for past in found
        for came, to, at, reason, undo in past.steps
    )
    Interaction.objects.bulk_create(
        Interaction(lead=past.row, kind=kind, at=at, **by) for past in found for kind, at in past.contacts
    )
    Appointment.objects.bulk_create(
        Appointment(
            lead=past.row, agent=None, type="property_visit", status=status, starts_at=at,
            ends_at=at + timedelta(minutes=30), created_at=at, **by,
        )
        for past in found for status, at in past.meetings
    )  # fmt: skip
    Task.objects.bulk_create(
        Task(lead=past.row, assignee=who, title="x", due_at=at, done_at=at if done else None, created_at=at, **by)
        for past in found
        for who, at, done in past.tasks
    )


def _past(dice, owners, night, now):
    first = _moment(dice, night)
    steps, at, here = [], first, dice.choices(STAGES, [12, 2, 1, 1, 1, 1, 1, 1])[0]
    steps.append(("", here, at, _reason(dice, here), False))
    for _ in range(dice.choice((0, 0, 1, 2, 3, 5, 8, 12))):
        before = steps[-1][0]
        back = before and dice.random() < 0.3
        there = before if back else dice.choice([stage for stage in STAGES if stage != here])
        at += dice.choice((timedelta(0), timedelta(0), timedelta(seconds=dice.randrange(1, 90)), _leap(dice)))
        if at > now:
            break
        steps.append((here, there, at, _reason(dice, there), bool(back)))
        here = there
    created = first - (timedelta(days=dice.uniform(0, 40)) if dice.random() < 0.3 else timedelta(0))
    gone = dice.random() < 0.2
    unit = dice.choice(("", "UF", "CLP"))
    return Past(
        created_at=created, steps=steps, owner=dice.choice(owners), gone=gone, merged=gone and dice.random() < 0.5,
        source=dice.choice(SOURCES), budget=(dice.randrange(1, 10_000), unit) if unit else (None, ""),
        status=dice.choice(("cold", "hot", "converted", "lost")),
        last_contact_at=dice.choice((None, _moment(dice, night))),
        next_action_at=dice.choice((None, _moment(dice, night))),
        price=dice.choice(((None, ""), (dice.randrange(1, 9_000), "UF"))),
        contacts=[(dice.choice(CONTACTS), _moment(dice, night)) for _ in range(dice.choice((0, 0, 1, 3)))],
        meetings=[(dice.choice(MEETINGS), _moment(dice, night)) for _ in range(dice.choice((0, 0, 1)))],
        tasks=[(dice.choice(owners), _moment(dice, night), dice.random() < 0.3) for _ in range(dice.choice((0, 0, 1, 2)))],
    )  # fmt: skip


def _moment(dice, night):
    """Within days of the night, mostly close to a midnight, to the microsecond."""
    day = timedelta(days=dice.choice((-40, -8, -3, -1, 0, 0, 0, 1, 2)))
    near = dice.choice((
        timedelta(0), timedelta(microseconds=-1), timedelta(microseconds=1), timedelta(minutes=dice.randrange(-90, 90)),
        timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=59, seconds=59), timedelta(seconds=dice.randrange(-86400, 86400)),
    ))  # fmt: skip
    return night + day + near


def _leap(dice):
    return timedelta(seconds=dice.randrange(3600 * 60))


def _reason(dice, stage):
    return dice.choice(REASONS) if stage == "perdido" else ""


def _lead(past, number):
    amount, unit = past.budget
    price, price_unit = past.price
    return Lead(
        name=f"Lead {number}", created_at=past.created_at, stage=past.stage, stage_entered_at=past.steps[-1][2],
        board_rank=f"{number:05d}V", assigned_to=past.owner, source=past.source, budget_amount=amount, budget_unit=unit,
        status=past.status, last_contact_at=past.last_contact_at, next_action_at=past.next_action_at,
        lost_reason=past.steps[-1][3], closing_price=price, closing_unit=price_unit,
        deleted_at=past.created_at if past.gone else None,
    )  # fmt: skip
