"""What the gate answers: send now, wait until then, or not at all; and what each check said."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Check(models.TextChoices):
    """The gate's questions, in the order they are asked."""

    KILL_SWITCH = "kill_switch", _("Los envíos no están detenidos")
    BROKER = "broker", _("La corredora está activa")
    ACCOUNT = "account", _("La cuenta del canal puede enviar")
    ADDRESS = "address", _("El lead tiene una dirección en este canal")
    HOLD = "hold", _("El lead no está en pausa")
    TAKEOVER = "takeover", _("Nadie del equipo tomó la conversación")
    CONSENT = "consent", _("La persona acepta que le escriban")
    SUPPRESSION = "suppression", _("La dirección no está bloqueada")
    HOURS = "hours", _("Es una hora permitida")
    CAPS = "caps", _("No se le ha escrito demasiado")
    CALLER_ID = "caller_id", _("El número que llama está permitido")
    WINDOW = "window", _("WhatsApp permite este mensaje")
    SCOPE = "scope", _("La campaña está en marcha")
    EXPIRY = "expiry", _("Todavía tiene sentido enviarlo")
    BUDGET = "budget", _("Hay presupuesto")


class Ruling(Enum):
    """What to do with a message."""

    SEND = "send"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Said:
    """What one check said. `code` names the reason (messaging.gate.words says it); `until` is when to ask again."""

    check: Check
    ruling: Ruling
    code: str = ""
    until: datetime | None = None
    data: tuple[tuple[str, Any], ...] = ()

    def stored(self) -> dict[str, Any]:
        """As it stands in Message.checks."""
        if not (self.code or self.until or self.data):
            return _NOTHING_MORE[self.check, self.ruling]
        return {
            "check": self.check.value,
            "ruling": self.ruling.value,
            **({"code": self.code} if self.code else {}),
            **({"until": self.until.isoformat()} if self.until else {}),
            **({"data": dict(self.data)} if self.data else {}),
        }


FINE = {check: Said(check, Ruling.SEND) for check in Check}
"""What a check says that has nothing against it and nothing to add: made once, since most of them say it every time."""
_NOTHING_MORE = {
    (check, ruling): {"check": check.value, "ruling": ruling.value} for check in Check for ruling in Ruling
}
"""What is stored of a check that has nothing to add: of nearly all of fifteen, for every message."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks, and what follows: one refusal refuses, else the latest wait counts."""

    said: tuple[Said, ...]

    @property
    def ruling(self) -> Ruling:
        """What to do."""
        found = {each.ruling for each in self.said}
        return next((each for each in (Ruling.REFUSE, Ruling.WAIT) if each in found), Ruling.SEND)

    @property
    def until(self) -> datetime | None:
        """When to ask again, of a wait."""
        return max((each.until for each in self.said if each.ruling is Ruling.WAIT and each.until), default=None)

    @property
    def reason(self) -> Said | None:
        """The check that decided."""
        return next((each for each in self.said if each.ruling is self.ruling), None)
