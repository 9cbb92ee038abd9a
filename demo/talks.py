"""What was said with leads of the demo, on simulated phones: by the product's own functions, each at its time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from accounts.models import User
from core import tenancy
from core.actors import Actor
from crm.enums import Channel, Stage
from crm.models import Lead
from messaging import accounts, conversations, limits, outbox
from messaging.drafts import Draft
from messaging.inbound import apply, sandbox
from messaging.models import ChannelAccount, Conversation
from messaging.sending.beginning import begin
from messaging.sending.claiming import claim
from messaging.sending.workers import Worker

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_OPEN = {Stage.PERFILAMIENTO, Stage.CALIFICACION_FINANCIERA, Stage.AGENDADO, Stage.SEGUIMIENTO}
_NAMES = UUID("01938f7a-0000-7000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation: who says what how long ago, and how it stands now ("", taken, resolved)."""

    lines: tuple[tuple[str, timedelta, str], ...]
    channel: Channel = Channel.WHATSAPP
    ends: str = ""


TALKS = (
    Talk(  # waiting for an answer, long
        (
            ("us", 26 * _HOUR, "Hola, {name}. Soy {agent}, de {firm}. ¿Sigues buscando en {place}?"),
            ("they", 3 * _HOUR, "Sí, ¿todavía está el de dos dormitorios?"),
            ("they", 2 * _HOUR, "¿Tiene estacionamiento?"),
        )
    ),
    Talk(  # answered
        (
            ("they", 5 * _HOUR, "Buenas, ¿cuánto son los gastos comunes?"),
            ("us", 5 * _HOUR - 6 * _MINUTE, "Hola, {name}: cerca de $95.000 al mes, con agua caliente incluida."),
            ("they", 4 * _HOUR, "Perfecto, gracias. Lo converso en la casa."),
            ("us", 4 * _HOUR - 3 * _MINUTE, "Quedo atento. Si quieres, el sábado tengo horas para mostrarlo."),
        )
    ),
    Talk(  # taken over by a person
        (
            ("they", 70 * _MINUTE, "Necesito cambiar la visita, me salió un imprevisto."),
            ("us", 55 * _MINUTE, "No hay problema, {name}. ¿Te acomoda el jueves a la misma hora?"),
            ("they", 20 * _MINUTE, "El jueves me sirve."),
        ),
        ends="taken",
    ),
    Talk(  # by Telegram, where people write first
        (
            ("they", 9 * _HOUR, "Hola, vi el aviso de la casa con patio."),
            ("us", 9 * _HOUR - 4 * _MINUTE, "¡Hola, {name}! Sigue disponible. ¿Para cuándo te cambiarías?"),
        ),
        channel=Channel.TELEGRAM,
    ),
    Talk(  # wanted no more
        (
            ("us", 50 * _HOUR, "Hola, {name}. Llegaron dos departamentos nuevos a {place}. ¿Te los mando?"),
            ("they", 49 * _HOUR, "BAJA"),
        )
    ),
    Talk(  # done with
        (
            ("they", 30 * _HOUR, "Ya firmé la promesa, ¡muchas gracias por todo!"),
            ("us", 29 * _HOUR, "¡Felicitaciones, {name}! Cualquier cosa, aquí estoy."),
        ),
        ends="resolved",
    ),
)


def tell(people: Iterable[User], now: datetime) -> None:
    """Give a brokerage simulated phones that ring at any hour, and what was said on some of them."""
    system, began = Actor.system(), now - timedelta(days=60)
    phones = {account.channel: account for account in accounts.ensure_sandbox(by=system, now=began)}
    limits.open_always(by=system, now=began)
    leads = _leads(people)
    turns = [
        (now - ago, talk, lead, who, text)
        for talk, lead in zip(TALKS, leads, strict=False)
        for who, ago, text in talk.lines
    ]
    worker = Worker()
    for at, talk, lead, who, text in sorted(turns, key=lambda turn: turn[0]):
        if who == "they":
            _they(lead, phones[talk.channel], text, at)
        else:
            _we(lead, talk.channel, text, at)
        begin(tenancy.current(), claim(worker, now=at, most=10), worker=worker, now=at)
    worker.stop()
    for talk, lead in zip(TALKS, leads, strict=False):
        _end(talk, lead, now)


def _leads(people: Iterable[User]) -> list[Lead]:
    """Leads people are working with, taking turns over who has them."""
    found = Lead.objects.filter(stage__in=_OPEN, assigned_to__in=list(people), opted_out_at=None)
    of_each: dict[int | None, list[Lead]] = {}
    for lead in found.exclude(phone_e164="").select_related("assigned_to", "broker").order_by("-last_contact_at", "pk"):
        of_each.setdefault(lead.assigned_to_id, []).append(lead)
    most = max((len(theirs) for theirs in of_each.values()), default=0)
    return [theirs[place] for place in range(most) for theirs in of_each.values() if place < len(theirs)]


def _they(lead: Lead, phone: ChannelAccount, text: str, at: datetime) -> None:
    """The lead writes, as if it came from a provider."""
    told = sandbox.typed(lead, phone, text, key=uuid5(_NAMES, f"{lead.pk} {at.isoformat()}"), now=at)
    apply.bring(phone, sandbox.news(told.kind, told.payload, at), now=at)


def _we(lead: Lead, channel: Channel, text: str, at: datetime) -> None:
    """Whoever has the lead writes."""
    agent = lead.assigned_to
    body = text.format(
        name=lead.name.split()[0], agent=agent, firm=lead.broker, place=lead.location or "el mismo sector"
    )
    draft = Draft(
        lead=lead,
        channel=channel,
        body=body,
        dedupe_key=f"demo:{lead.public_id}:{at.isoformat()}",
        not_before=at,
        expires_at=at + _HOUR,
        is_reply=True,
        why={"by": "hand"},
    )
    outbox.enqueue([draft], by=Actor.of(agent) if agent else Actor.system(), now=at)


def _end(talk: Talk, lead: Lead, now: datetime) -> None:
    held = Conversation.objects.get(lead=lead)
    by = Actor.of(lead.assigned_to) if lead.assigned_to else Actor.system()
    if talk.ends == "taken":
        conversations.take(held, by=by, now=now - 50 * _MINUTE)
    elif talk.ends == "resolved":
        conversations.resolve(held, by=by, now=now - 28 * _HOUR)
