"""A lead as a card: the few columns it shows, and what they say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.reltime import relative
from crm import next_steps
from crm.enums import LeadStatus, PropertyType
from crm.models import Lead
from crm.next_steps import NextStep

FIELDS = (
    "id",
    "public_id",
    "stage",
    "board_rank",
    "version",
    "name",
    "phone_raw",
    "email",
    "location",
    "property_type",
    "budget_amount",
    "budget_unit",
    "source",
    "status",
    "score",
    "next_step_at",
    "last_contact_at",
    "stage_entered_at",
    "opted_out_at",
    "priority",
    "assigned_to__name",
    "assigned_to__email",
)
"""The columns of a card, in the order of `Card`'s fields."""

_SOURCES = (
    ("whatsapp", "brand-whatsapp"),
    ("telegram", "brand-telegram"),
    ("referid", "heart-handshake"),
    ("instagram", "speakerphone"),
    ("facebook", "speakerphone"),
    ("meta", "speakerphone"),
    ("google", "speakerphone"),
    ("campa", "speakerphone"),
    ("llamad", "phone"),
    ("tel", "phone"),
    ("mail", "mail"),
    ("correo", "mail"),
    ("planilla", "file-spreadsheet"),
    ("import", "file-spreadsheet"),
    ("letrero", "home"),
    ("oficina", "door"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something an app above has to say on a card (`pipeline.card_marks`): an icon and what it means."""

    icon: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One row of FIELDS, and its marks."""

    number: int  # the internal id: orders cards of one rank, never shown
    public_id: UUID
    stage: str
    rank: str
    version: int
    name: str
    phone: str
    email: str
    location: str
    property_type: str
    budget_amount: Decimal | None
    budget_unit: str
    source: str
    status: str
    score: int | None
    next_step_at: datetime | None
    last_contact_at: datetime | None
    stage_entered_at: datetime
    opted_out_at: datetime | None
    priority: int
    owner_name: str | None
    owner_email: str | None
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, lead: Lead) -> "Card":
        """The card of a lead at hand, its owner loaded."""
        return cls(*(_value(lead, name) for name in FIELDS))

    @property
    def title(self) -> str:
        """What the lead is called: its name, else how it can be reached."""
        return self.name or self.phone or self.email or _("Sin nombre")

    @property
    def owner(self) -> str:
        """Who is responsible, "" for nobody."""
        return self.owner_name or self.owner_email or ""

    @property
    def place(self) -> str:
        """Commune and kind of property, what there is of them."""
        kind = str(PropertyType(self.property_type).label) if self.property_type else ""
        return " · ".join(filter(None, (self.location, kind)))

    @property
    def band(self) -> str:
        """The word of the score's band."""
        return str(LeadStatus(self.status).label)

    @property
    def source_icon(self) -> str:
        """An icon for where the lead came from; a globe for what nobody has drawn."""
        folded = self.source.lower()
        return next((icon for part, icon in _SOURCES if part in folded), "world")

    def step(self, now: datetime) -> NextStep:
        """The state of the next step."""
        return next_steps.state_of(self.next_step_at, now=now)

    def step_text(self, now: datetime) -> str:
        """The next step in two words: "Vencido ayer", "Hoy 16:00", "mañana 10:30", "12 nov", "Sin próximo paso"."""
        state, at = self.step(now), self.next_step_at
        if at is None:
            return _("Sin próximo paso")
        if state == NextStep.OVERDUE:
            return _("Venció %(when)s") % {"when": relative(at, now=now)}
        if state == NextStep.TODAY:
            return _("Hoy %(time)s") % {"time": date_format(timezone.localtime(at), "H:i")}
        return relative(at, now=now)

    def rots(self, now: datetime, days: int) -> bool:
        """Whether it has stood in its stage longer than so many days."""
        return self.stage not in {"ganado", "perdido"} and self.stage_entered_at < now - timedelta(days=days)


def _value(lead: Lead, name: str) -> Any:  # noqa: ANN401 -- a column's value
    owned, _, column = name.rpartition("__")
    return getattr(getattr(lead, owned) if owned else lead, column, None)
