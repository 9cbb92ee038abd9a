"""How the demo came to be: leads arrived over two months, were called, moved, won and lost; three campaigns begin."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from accounts.models import Broker, User
from core import tenancy
from core.actors import Actor
from crm import capture_forms, custom_fields, interactions, leads, timeline
from crm.enums import LostReason, Qualification, Stage
from crm.interactions import Contact
from crm.models import CaptureForm, CustomField, Lead
from demo import campaigns, cast, days, talks
from pipeline import board
from templates_app import starters

_PATHS: tuple[tuple[int, tuple[Stage, ...]], ...] = (
    (22, ()),
    (16, (Stage.PERFILAMIENTO,)),
    (13, (Stage.PERFILAMIENTO, Stage.CALIFICACION_FINANCIERA)),
    (14, (Stage.PERFILAMIENTO, Stage.CALIFICACION_FINANCIERA, Stage.AGENDADO)),
    (13, (Stage.PERFILAMIENTO, Stage.AGENDADO, Stage.SEGUIMIENTO)),
    (5, (Stage.PERFILAMIENTO, Stage.AGENDADO, Stage.SEGUIMIENTO, Stage.REFERIDOS)),
    (9, (Stage.PERFILAMIENTO, Stage.CALIFICACION_FINANCIERA, Stage.AGENDADO, Stage.SEGUIMIENTO, Stage.GANADO)),
    (8, (Stage.PERFILAMIENTO, Stage.PERDIDO)),
)
"""Weights of the ways a demo lead may have gone."""
_CLOSED = {Stage.GANADO, Stage.PERDIDO}
_FIRST = 1000  # the leads of the first brokerage are counted below it


@dataclass(frozen=True, slots=True)
class Scene:
    """What a scene of the demo is played with."""

    people: tuple[User, ...]
    dice: Random
    now: datetime
    contacts: dict[Actor, list[tuple[Lead, Contact]]] = field(default_factory=dict)
    arrivals: list[tuple[Lead, datetime]] = field(default_factory=list)


def install(*, now: datetime) -> None:
    """Make both brokerages, their people and leads, and one member of the platform's staff; in one transaction."""
    with transaction.atomic():
        User.objects.create_superuser(cast.STAFF.email, cast.PASSWORD, name=cast.STAFF.name)
        firms = [(firm, _found(firm)) for firm in cast.FIRMS]
    for seed, (firm, broker) in enumerate(firms):
        scene = Scene(tuple(User.objects.of(broker).order_by("id")), Random(seed), now)  # noqa: S311 -- reproducible, not secret
        with tenancy.use(broker.pk):
            if not seed:
                _furnish(scene)
            for number in range(firm.leads):
                _play(scene, number + seed * _FIRST)
            days.agreed(scene.arrivals, now)
            for doer, made in scene.contacts.items():
                interactions.record_many(made, by=doer, now=now, quietly=True)
            days.ahead(scene.people, scene.dice, now)
            talks.tell(scene.people, now)
            if not seed:
                campaigns.run(by=Actor.of(scene.people[0]), now=now)


def is_installed() -> bool:
    """Whether any brokerage exists: the demo is for an empty installation only."""
    return Broker.objects.exists()


def _found(firm: cast.Firm) -> Broker:
    broker = Broker.objects.create(name=firm.name, slug=firm.slug)
    for person in firm.people:
        User.objects.create_user(person.email, cast.PASSWORD, broker=broker, name=person.name, role=person.role)
    return broker


def _furnish(scene: Scene) -> None:
    """The first brokerage has fields of its own, a public form and the texts to begin with."""
    by = Actor.of(scene.people[0])
    for label, kind, options in cast.OWN_FIELDS:
        custom_fields.create(CustomField(label=label, kind=kind, options=list(options)), by=by)
    capture_forms.save(CaptureForm(**cast.FORM), by=by)
    starters.install(by=by, now=scene.now)


def _play(scene: Scene, number: int) -> None:
    """One lead's way, from its arrival some weeks ago to where it stands."""
    dice = scene.dice
    path = dice.choices([steps for _, steps in _PATHS], [weight for weight, _ in _PATHS])[0]
    arrived = scene.now - timedelta(days=dice.uniform(0.1, 6) if not path else dice.uniform(9, 60))
    owner = dice.choice((*scene.people, *scene.people, None))
    doer = Actor.of(owner or scene.people[0])
    fields = cast.lead_fields(dice, number) | ({} if path and path[-1] in _CLOSED else _next_step(scene))
    custom = cast.custom(dice) if number < _FIRST else {}
    draft = leads.Draft(fields, created_at=arrived, assigned_to=owner, custom=custom)
    lead = leads.create(draft, by=doer, now=arrived, tag_names=cast.tags(dice))
    scene.arrivals.append((lead, arrived))
    if path:
        scene.contacts.setdefault(doer, []).append((lead, days.greeting(arrived, dice)))
    pace = (scene.now - arrived) / (len(path) + 1)
    for step, stage in enumerate(path, start=1):
        when = arrived + pace * (step - dice.uniform(0, 0.6))
        if text := cast.note(dice):
            timeline.add_note(lead, body=text, by=doer, at=when - timedelta(minutes=20))
        scene.contacts.setdefault(doer, []).extend(days.contacts(lead, when, dice))
        lead = board.move(lead.public_id, _wish(stage, dice), within=Lead.objects.all(), by=doer, now=when).lead
        if stage == Stage.AGENDADO and step < len(path):
            days.visited(lead, when, owner, dice)
    _judge(lead, doer, scene, path)


def _wish(stage: Stage, dice: Random) -> board.Move:
    if stage == Stage.PERDIDO:
        return board.Move(
            stage, lost_reason=dice.choice([reason for reason in LostReason if reason != LostReason.OTRO])
        )
    return board.Move(stage)


def _next_step(scene: Scene) -> dict[str, object]:
    """Some leads have a next step: overdue, today, planned."""
    days = scene.dice.choice((None, None, -2, 0, 0, 1, 3, 6))
    return (
        {} if days is None else {"next_action_at": scene.now + timedelta(days=days, hours=scene.dice.choice((1, 2, 3)))}
    )


def _judge(lead: Lead, doer: Actor, scene: Scene, path: tuple[Stage, ...]) -> None:
    """Leads past the money talk have a qualification."""
    if Stage.CALIFICACION_FINANCIERA in path:
        verdict = scene.dice.choice((Qualification.CALIFICADO, Qualification.CALIFICADO, Qualification.POTENCIAL))
        leads.edit(lead, {"qualification": verdict}, by=doer, now=lead.stage_entered_at)
