"""A message as a bubble: whose it is, how far it got, and in words why it went, waits or did not go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.actors import ActorKind
from messaging import faults
from messaging.enums import Direction, Status
from messaging.faults import Effect
from messaging.gate import words
from messaging.gate.verdict import Check
from messaging.models import Message

_HANDS = frozenset({ActorKind.USER, ActorKind.PLATFORM, ActorKind.API})
_SOON = timedelta(minutes=1)
_FROM_GATE = frozenset({Status.SUPPRESSED, Status.EXPIRED, Status.CANCELLED})
MOVING = frozenset({Status.QUEUED, Status.CLAIMED, Status.SENDING, Status.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Answered:
    """One check of the gate in words."""

    label: str
    ruling: str
    text: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message ready to be drawn. `said` is what there is to say besides its state, `todo` what one can do."""

    message: Message
    side: str
    """in, out or auto."""
    who: str
    said: str = ""
    todo: str = ""
    cause: str = ""
    checks: list[Answered] = field(default_factory=list)
    why_url: str = ""
    """Where an app above tells why it went; "" where nobody does."""


def bubble(message: Message, *, now: datetime) -> Bubble:
    """A message, its account loaded, as people see it."""
    if message.direction == Direction.IN:
        return Bubble(message, "in", "")
    by_hand = message.by_kind in _HANDS
    said, todo = _state(message, now)
    who = message.by_label or str(ActorKind(message.by_kind).label)
    if message.why.get("by") == "test":
        who = _("%(who)s, probando una plantilla") % {"who": who}
    return Bubble(
        message,
        "out" if by_hand else "auto",
        who,
        said,
        todo,
        "" if by_hand else _cause(message),
        [] if by_hand else [answered(check) for check in message.checks],
        _why_url(message),
    )


def _state(message: Message, now: datetime) -> tuple[str, str]:
    if message.status == Status.QUEUED:
        return _queued(message, now)
    if message.status == Status.FAILED:
        fault = faults.of(message.account.provider, message.error_code)
        return str(fault.sentence), str(fault.advice)
    if message.status in _FROM_GATE:
        told = words.of_code(message.error_code, _data(message, message.error_code))
        return told.text, told.todo
    if message.status == Status.UNKNOWN:
        return _("El proveedor todavía no dice si le llegó. Se le pregunta solo."), ""
    if message.status == Status.UNCONFIRMED:
        return _("Nadie pudo confirmar si salió, y no se repite solo."), ""
    return "", ""


def _queued(message: Message, now: datetime) -> tuple[str, str]:
    if message.error_code and not message.error_code.startswith("gate:"):
        fault = faults.of(message.account.provider, message.error_code)
        if fault.effect is Effect.NEXT_DAY:
            return str(fault.sentence), _("Se vuelve a intentar el %(when)s.") % {"when": _moment(message.not_before)}
        return str(fault.sentence), _("Se vuelve a intentar solo.")
    waiting = next((check for check in message.checks if check.get("ruling") == "wait"), None)
    if waiting is not None:
        told = words.of_stored(waiting)
        return told.text, told.todo
    if message.not_before > now + _SOON:
        return _("Sale el %(when)s.") % {"when": _moment(message.not_before)}, ""
    return "", ""


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), _("D j b, H:i"))


def _data(message: Message, code: str) -> Mapping[str, Any]:
    wanted = code.removeprefix("gate:")
    return next((check.get("data") or {} for check in message.checks if check.get("code") == wanted), {})


def _cause(message: Message) -> str:
    """What made an automatic message go, in a few words."""
    kind = str(ActorKind(message.by_kind).label)
    name = message.by_label or str(message.why.get("campaign", ""))
    return f"{kind} «{name}»" if name else kind


def _why_url(message: Message) -> str:
    """The page of the campaign's step that wrote it, known by its name only."""
    if "campaign" not in message.why:
        return ""
    try:
        return reverse("campaigns:message", args=[message.public_id])
    except NoReverseMatch:
        return ""


def answered(check: Mapping[str, Any]) -> Answered:
    """One check of the gate, as it is stored, in words."""
    name = str(check.get("check", ""))
    label = str(Check(name).label) if name in Check.values else name
    return Answered(label, str(check.get("ruling", "")), words.of_stored(check).text if check.get("code") else "")
