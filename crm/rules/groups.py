"""The numbers a brokerage decides by, group by group, with Chile's as their defaults (docs/rules.md)."""
# ruff: noqa: RUF009 -- the calls make the fields, as dataclasses.field does

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from crm.enums import Stage
from crm.rules.numbers import fraction, money, optional, switch, whole

DAYS, SECONDS, POINTS = _("días"), _("segundos"), _("puntos")
_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Who can pay, from what a person declared. Never part of the score."""

    income_least: Decimal = money(_("Ingreso mínimo: con menos, no califica"), 500_000)
    income_good: Decimal = money(_("Ingreso desde el que califica"), 1_000_000)
    debt_most: Decimal = money(_("Deuda máxima: con más, no califica"), 500_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Points for what is known of a person."""

    name: int = whole(_("Nombre"), 4)
    phone: int = whole(_("Teléfono que se puede marcar"), 4)
    email: int = whole(_("Correo"), 4)
    location: int = whole(_("Comuna o sector"), 4)
    budget: int = whole(_("Presupuesto"), 4)
    cap: int = whole(_("Tope del grupo"), 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """Points for what a person wants and how quickly they answer."""

    wants_visit: int = whole(_("Pidió una visita"), 8)
    immediate: int = whole(_("Plazo: ya mismo"), 6)
    days_30: int = whole(_("Plazo: 30 días"), 5)
    days_90: int = whole(_("Plazo: 90 días"), 2)
    quick_reply: int = whole(_("Respondió rápido"), 6)
    quick_seconds: int = whole(_("Rápido es, a lo más"), 300, least=1, most=86_400, unit=SECONDS)
    cap: int = whole(_("Tope del grupo"), 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Points for contacts, which fade as time passes."""

    message: int = whole(_("Cada mensaje recibido"), 2)
    messages_cap: int = whole(_("Tope de los mensajes"), 10)
    call: int = whole(_("Cada llamada contestada"), 6)
    call_seconds: int = whole(_("Una llamada cuenta desde"), 30, most=3_600, unit=SECONDS)
    visit: int = whole(_("Cada visita cumplida"), 8)
    half_life: int = whole(_("Valen la mitad cada"), 14, least=1, most=_YEAR, unit=DAYS)
    cap: int = whole(_("Tope del grupo"), 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Financial:
    """Points for the band of the declared income. What is declared of debts is never part of a score (Ley 20.575)."""

    bound_1: Decimal = money(_("Tramo 1: ingreso desde"), 500_000)
    bound_2: Decimal = money(_("Tramo 2: ingreso desde"), 1_000_000)
    bound_3: Decimal = money(_("Tramo 3: ingreso desde"), 2_000_000)
    bound_4: Decimal = money(_("Tramo 4: ingreso desde"), 4_000_000)
    points_1: int = whole(_("Puntos del tramo 1"), 5)
    points_2: int = whole(_("Puntos del tramo 2"), 9)
    points_3: int = whole(_("Puntos del tramo 3"), 12)
    points_4: int = whole(_("Puntos del tramo 4"), 15)
    cap: int = whole(_("Tope del grupo"), 15)

    @property
    def bounds(self) -> tuple[Decimal, ...]:
        """Where the bands 1 to 4 begin."""
        return self.bound_1, self.bound_2, self.bound_3, self.bound_4

    @property
    def points(self) -> tuple[int, ...]:
        """What the bands 0 to 4 give."""
        return 0, self.points_1, self.points_2, self.points_3, self.points_4


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalties:
    """Points that are taken away."""

    opted_out: int = whole(_("Pidió no recibir más"), 30)
    bounced: int = whole(_("El contacto rebotó"), 10)
    no_show: int = whole(_("No llegó a la visita"), 8)
    unanswered: int = whole(_("Contactos seguidos sin respuesta"), 6)
    unanswered_in_a_row: int = whole(_("Cuántos seguidos"), 3, least=1, most=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmth:
    """Which score makes a lead warm or hot."""

    warm_from: int = whole(_("Tibio desde"), 20, least=1, unit=POINTS)
    hot_from: int = whole(_("Caliente desde"), 50, least=1, unit=POINTS)
    slack: int = whole(_("Solo baja de estado pasados estos puntos bajo el límite"), 3, most=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """When leads move on by themselves, and when they count as left alone."""

    threshold: int = whole(_("Puntaje para pasar a calificación financiera (0 lo apaga)"), 25)
    lose_unqualified: bool = switch(_("Dar por perdido a quien no califica (si no, se crea una tarea)"))
    inactivity_days: int = whole(_("Inactivo: sin contacto y sin moverse por"), 7, least=1, most=_YEAR, unit=DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRules:
    """What a stage adds, multiplies, promises, and how long a lead may stand in it."""

    score: int = whole(_("Puntos de la etapa"), 0, least=-100)
    multiplier: Decimal = fraction(_("Multiplica"), most=5)
    chance: int = whole(_("Probabilidad de cierre"), 0, unit="%")
    rotting_days: int | None = optional(_("Se estanca a los"), least=1, most=_YEAR, unit=DAYS)


def default_stages() -> dict[Stage, StageRules]:
    """The stages as docs/rules.md has them."""
    table = zip(
        Stage,
        (0, 3, 6, 10, 8, 12, 15, -15),
        ("0.8", "1", "1.1", "1.25", "1.15", "1.1", "1", "0.3"),
        (5, 10, 25, 50, 40, 60, 100, 0),
        strict=True,
    )
    return {
        stage: StageRules(score=own, multiplier=Decimal(times), chance=chance) for stage, own, times, chance in table
    }
