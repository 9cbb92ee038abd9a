"""The variables a template may use: what each is called, an example of it, and how it is read from a lead.

Facts of layers above (the meeting, links) come from the caller as plain values under the same names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Broker
from core.money import format_money
from crm import custom_values
from crm.custom_values import Definition
from crm.enums import FieldKind, PropertyType, Stage, Timeline
from crm.models import Lead
from crm.names import real_name
from templates_app.values import Figure, Value, plain

CUSTOM = "custom."
LOCALES = {"es": "es_CL", "en": "en_US", "pt": "pt_BR"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the variables of one text are read from. `language` is the template's: its words are active already."""

    lead: Lead
    broker: Broker
    language: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The lead's time zone, else the brokerage's."""
        try:
            return ZoneInfo(self.lead.time_zone) if self.lead.time_zone else self.broker.zone
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self.broker.zone

    @property
    def locale(self) -> str:
        """Babel's name of the language."""
        return LOCALES.get(self.language, LOCALES["es"])


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as people meet it. `given` ones come from the caller, not from the lead."""

    name: str
    label: str | Promise
    example: str | Promise
    read: Callable[[Facts], Value | None] | None = None

    @property
    def given(self) -> bool:
        """Whether the caller says it."""
        return self.read is None

    @property
    def written(self) -> str:
        """As it stands in a text."""
        return f"{{{{ {self.name} }}}}"


def _name(facts: Facts) -> str:
    return plain(facts.lead.name) if real_name(facts.lead.name) else ""


def _first_name(facts: Facts) -> str:
    word = next((word for word in _name(facts).split() if len(word) > 1 and any(map(str.isalpha, word))), "")
    return word.capitalize() if word.isupper() or word.islower() else word


def _budget(facts: Facts) -> Value | None:
    lead = facts.lead
    if lead.budget_amount is None or not lead.budget_unit:
        return None
    unit, language = lead.budget_unit, facts.language if facts.language != "es" else f"es-{lead.country}"

    def write(amount: Decimal) -> str:
        return format_money(amount, unit, language).replace("\N{NO-BREAK SPACE}", " ")

    return Figure(Decimal(lead.budget_amount), write)


def _timeline(facts: Facts) -> str:
    known = facts.lead.timeline != Timeline.UNKNOWN
    return str(Timeline(facts.lead.timeline).label).lower() if known else ""


def _property_type(facts: Facts) -> str:
    found = facts.lead.property_type
    return str(PropertyType(found).label).lower() if found and found != PropertyType.OTRO else ""


def _score(facts: Facts) -> Value | None:
    score = facts.lead.score
    return None if score is None else Figure(Decimal(score), str)


def _agent(facts: Facts) -> str:
    owner = facts.lead.assigned_to
    return plain(owner.name) if owner else ""


BUILT_IN = (
    Variable("first_name", _("Nombre de pila"), "Camila", _first_name),
    Variable("name", _("Nombre completo"), "Camila Rojas", _name),
    Variable("agent_name", _("Responsable"), "Diego Rivas", _agent),
    Variable("broker_name", _("Corredora"), "Andes Propiedades", lambda facts: plain(facts.broker.name)),
    Variable("property_type", _("Tipo de propiedad"), _("departamento"), _property_type),
    Variable("location", _("Comuna o sector"), "Ñuñoa", lambda facts: plain(facts.lead.location)),
    Variable("budget", _("Presupuesto"), "UF 4.500,00", _budget),
    Variable("timeline", _("Plazo"), _("en 30 días"), _timeline),
    Variable("phone", _("Teléfono"), "+56 9 5555 0101", lambda facts: plain(facts.lead.phone_raw)),
    Variable("email", _("Correo"), "camila@correo.example", lambda facts: plain(facts.lead.email)),
    Variable("score", _("Puntaje"), "72", _score),
    Variable("stage", _("Etapa"), _("Perfilamiento"), lambda facts: str(Stage(facts.lead.stage).label)),
    Variable("appointment_date", _("Día de la visita"), _("sábado 12 de diciembre")),
    Variable("appointment_time", _("Hora de la visita"), "11:30"),
    Variable("appointment_place", _("Lugar de la visita"), "Av. Irarrázaval 2401, Ñuñoa"),
    Variable("booking_link", _("Enlace para agendar"), "https://andes.example/agenda"),
    Variable("unsubscribe_link", _("Enlace para darse de baja"), "https://andes.example/baja"),
)
BY_NAME = {variable.name: variable for variable in BUILT_IN}
_EXAMPLES: dict[FieldKind, str | Promise] = {
    FieldKind.NUMBER: "120", FieldKind.DATE: "12/12/2026", FieldKind.FLAG: _("Sí"), FieldKind.TEXT: _("ejemplo"),
}  # fmt: skip


def known(own: Iterable[Definition]) -> tuple[Variable, ...]:
    """Every variable of a brokerage, its own fields last."""
    return (*BUILT_IN, *(_own(field) for field in own))


def given_examples() -> dict[str, str]:
    """Examples of what only the caller could say, for previews."""
    return {variable.name: str(variable.example) for variable in BUILT_IN if variable.given}


def _own(definition: Definition) -> Variable:
    example = definition.options[0] if definition.options else _EXAMPLES.get(definition.kind, "")
    return Variable(
        CUSTOM + definition.key,
        definition.label,
        example,
        lambda facts: plain(custom_values.words(facts.lead.custom.get(definition.key))),
    )
