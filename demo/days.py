"""What people of the demo did and have before them: contacts, tasks, visits, and a few leads that just wrote."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from appointments import visits
from appointments.enums import AppointmentType
from core import events
from core.actors import Actor, ActorKind
from crm import consent, interactions, timeline, todos
from crm.enums import (
    Channel,
    ConsentBasis,
    ConsentPurpose,
    ConsentSource,
    ConsentState,
    InteractionKind,
    Stage,
    TaskKind,
    TimelineKind,
)
from crm.events import FactsChanged
from crm.interactions import Contact
from crm.models import Consent, Lead
from crm.todos import Plan

_WROTE = (
    "Hola, ¿sigue disponible el departamento?",
    "¿Podríamos verlo el sábado en la mañana?",
    "Me respondió el banco, tengo preaprobación.",
)
_TASKS = (
    (TaskKind.CALL, "Llamar para coordinar la visita", -26),
    (TaskKind.MESSAGE, "Enviar cotización y plano", 1),
    (TaskKind.DOCUMENT, "Pedir liquidaciones de sueldo", 3),
    (TaskKind.CALL, "Preguntar qué le pareció", 27),
    (TaskKind.REVIEW, "Comparar con otras propiedades", 75),
)
_PLACES = ("Los Leones 1200, depto 504", "Av. Irarrázaval 2401, depto 1203", "Camino El Alba 9870, casa 12")
_PAGES = frozenset({"Sitio web", "Portal Inmobiliario", "TOCTOC", "Instagram"})
_HOUR = timedelta(hours=1)


def agreed(arrivals: Iterable[tuple[Lead, datetime]], now: datetime) -> None:
    """Who asked on a page agreed there to be written to; of who came otherwise nobody has it in writing."""
    asked = [(lead, at) for lead, at in arrivals if lead.source in _PAGES]
    ground = consent.Ground(ConsentBasis.REQUEST, ConsentSource.FORM, "Quiero que me contacten por esta propiedad.")
    told = {"state": ConsentState.GRANTED, "basis": ground.basis, "channel": "", "purposes": list(ConsentPurpose)}
    ledger, entries = [], []
    for lead, at in asked:
        by = Actor(ActorKind.FORM, None, lead.source)
        ledger += [
            consent.entry(lead, ConsentState.GRANTED, ground, by=by, at=at, purpose=each) for each in ConsentPurpose
        ]
        entries.append(timeline.entry(lead, TimelineKind.CONSENT, by=by, at=at, data=told))
    Consent.objects.bulk_create(ledger)
    timeline.record_all(entries)
    events.publish(FactsChanged([lead.pk for lead, _at in asked], Actor.system(), now, quietly=True))


def contacts(lead: Lead, when: datetime, dice: Random) -> Iterable[tuple[Lead, Contact]]:
    """What led to a step: a call in vain or a conversation, and sometimes messages to and fro."""
    if dice.random() < 0.4:  # noqa: PLR2004 -- a share
        yield lead, Contact(InteractionKind.CALL_MISSED, when - 5 * _HOUR, Channel.CALL)
    if dice.random() < 0.5:  # noqa: PLR2004
        wrote = when - 3 * _HOUR
        yield lead, Contact(InteractionKind.MESSAGE_OUT, wrote, Channel.WHATSAPP)
        answered = wrote + timedelta(minutes=dice.choice((2, 4, 9, 40)))
        yield lead, Contact(InteractionKind.MESSAGE_IN, answered, Channel.WHATSAPP)
    yield lead, Contact(InteractionKind.CALL_ANSWERED, when - _HOUR, Channel.CALL, seconds=dice.randrange(60, 600))


def greeting(arrived: datetime, dice: Random) -> Contact:
    """The first answer a lead got, mostly within the hour."""
    minutes = dice.choice((3, 6, 8, 14, 25, 40, 95))
    return Contact(InteractionKind.MESSAGE_OUT, arrived + timedelta(minutes=minutes), Channel.WHATSAPP)


def visited(lead: Lead, agreed: datetime, person: User | None, dice: Random) -> None:
    """A meeting that lies behind: most leads came. Nobody is at two places, so a clash leaves it out."""
    by = Actor.of(person) if person else Actor.system()
    starts = _round(agreed) + timedelta(hours=dice.choice((2, 3, 5)))
    slot = visits.Slot(AppointmentType.PROPERTY_VISIT, starts, agent=person, place=dice.choice(_PLACES))
    with suppress(visits.Clash):
        made = visits.schedule(lead, slot, by=by, now=agreed)
        end = visits.no_show if dice.random() < 0.2 else visits.complete  # noqa: PLR2004 -- a share
        end(made, by=by, now=starts + _HOUR)


def ahead(people: Iterable[User], dice: Random, now: datetime) -> None:
    """Give everybody tasks, visits and a lead that wrote a moment ago."""
    for person in people:
        theirs = list(Lead.objects.filter(assigned_to=person).order_by("pk"))
        by = Actor.of(person)
        working = [lead for lead in theirs if lead.stage in {Stage.PERFILAMIENTO, Stage.CALIFICACION_FINANCIERA}]
        for lead, (kind, title, hours) in zip(working, _TASKS, strict=False):
            due_at = _round(now) + timedelta(hours=hours)
            todos.add(lead, Plan(title, due_at, kind, remind_at=due_at), by=by, now=now - timedelta(days=2))
        _visits([lead for lead in theirs if lead.stage == Stage.AGENDADO], person, now)
        fresh = [lead for lead in theirs if lead.stage in {Stage.ENTRADA, Stage.AGENDADO}][:2]
        written = [
            (
                lead,
                Contact(
                    InteractionKind.MESSAGE_IN, now - _HOUR * (number + 1), Channel.WHATSAPP, note=dice.choice(_WROTE)
                ),
            )
            for number, lead in enumerate(fresh)
        ]
        from_outside = Actor(ActorKind.WEBHOOK, None, "WhatsApp")
        interactions.record_many(written, by=from_outside, now=now, quietly=True)


def _visits(leads: list[Lead], person: User, now: datetime) -> None:
    """One meeting a lead: two today, the others on the days to come."""
    by = Actor.of(person)
    for number, lead in enumerate(leads[:6]):
        hours = (1, 3, 25, 28, 49, 73)[number]
        slot = visits.Slot(
            AppointmentType.PROPERTY_VISIT,
            _round(now) + timedelta(hours=hours),
            agent=person,
            place=_PLACES[number % len(_PLACES)],
        )
        made = visits.schedule(lead, slot, by=by, now=now - timedelta(days=1))
        if number % 2:
            visits.confirm(made, by=by, now=now - 2 * _HOUR)


def _round(now: datetime) -> datetime:
    """The hour that has begun."""
    return now.replace(minute=0, second=0, microsecond=0)
