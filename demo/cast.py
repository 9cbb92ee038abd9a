"""Who is who in the demo: all invented, with phones that cannot exist (no Chilean mobile begins with 9 0)."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

PASSWORD = "corredor-demo"  # noqa: S105 -- printed at every start, on a machine of one's own


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the demo."""

    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A brokerage of the demo, with how many leads it has."""

    name: str
    slug: str
    people: tuple[Person, ...]
    leads: int


FIRMS = (
    Firm(
        "Andes Propiedades",
        "andes",
        (
            Person("camila@andes.example", "Camila Fuentes", "admin"),
            Person("diego@andes.example", "Diego Rivas", "agent"),
        ),
        leads=60,
    ),
    Firm(
        "Sur Corredores",
        "sur",
        (Person("paula@sur.example", "Paula Oyarzún", "admin"), Person("matias@sur.example", "Matías Barría", "agent")),
        leads=20,
    ),
)
STAFF = Person("soporte@corredor.example", "Soporte Corredor", "agent")

_FIRST = """Antonia Benjamín Catalina Cristóbal Daniela Emilia Felipe Francisca Gabriel Isidora Javiera Joaquín Josefa
Lucas Magdalena Martín Matilde Maximiliano Nicolás Pía Rodrigo Sebastián Sofía Tomás Valentina Vicente""".split()  # noqa: SIM905
_LAST = """Aguirre Araya Bravo Cárdenas Contreras Díaz Espinoza Fernández Figueroa Godoy González Henríquez Ibáñez Jara
Lagos Martínez Morales Muñoz Núñez Olivares Parra Peña Quiroz Ramírez Riquelme Sáez Salinas Soto Tapia Urrutia Vera
Zúñiga""".split()  # noqa: SIM905
_PLACES = (
    "Providencia", "Ñuñoa", "Las Condes", "La Florida", "Maipú", "Vitacura", "San Miguel", "Viña del Mar", "Peñalolén",
    "Macul", "La Reina", "Concón",
)  # fmt: skip
_TYPES = ("departamento", "departamento", "departamento", "casa", "casa", "oficina", "parcela")
_SOURCES = ("Portal Inmobiliario", "TOCTOC", "Sitio web", "Instagram", "Referido", "Yapo", "Sala de ventas")
_TAGS = ("Inversionista", "Primera vivienda", "Crédito preaprobado", "Con mascota", "VIP")
OWN_FIELDS = (
    ("Crédito hipotecario", "choice", ("Preaprobado", "En trámite", "No tiene")),
    ("Mascotas", "flag", ()),
)
"""Fields of the first brokerage's own: label, kind, options."""
FORM: dict[str, Any] = {
    "name": "Sitio web",
    "title": "¿Buscas tu próxima propiedad?",
    "intro": "Cuéntanos qué necesitas y te llamamos hoy mismo.",
    "button": "Quiero que me llamen",
    "source": "Sitio web",
    "tag_names": ["Web"],
    "consent_wording": "Acepto que Andes Propiedades use mis datos para contactarme y enviarme información sobre "
    "propiedades. Puedo retirar este consentimiento cuando quiera.",
    "asks": [
        {"name": "name", "required": True},
        {"name": "phone", "required": True},
        {"name": "email", "required": False},
        {"name": "operation", "required": False},
        {"name": "location", "required": False},
        {"name": "message", "required": False},
        {"name": "cf_credito_hipotecario", "required": False},
    ],
}
"""The public form of the first brokerage."""
_RENTING, _HAS_EMAIL, _HAS_BUDGET = 0.2, 0.75, 0.85  # shares of the leads
_NOTES = (
    "Prefiere que la llamen después de las 18:00.",
    "Busca cerca del metro, con estacionamiento y bodega.",
    "Tiene preaprobación del banco por el 80 %.",
    "Viene de parte de un cliente anterior; muy interesada en la zona.",
    "Quiere visitar el sábado con su pareja.",
    "Compara con un proyecto en verde; pidió cotización.",
)


def lead_fields(dice: Random, number: int) -> dict[str, object]:
    """The fields of one invented lead; the same dice give the same person."""
    name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)} {dice.choice(_LAST)}"
    fields: dict[str, object] = {
        "name": name,
        "phone_raw": f"+56 9 0{number // 100:03d} {number % 100:02d}{dice.randrange(100):02d}",
        "source": dice.choice(_SOURCES),
        "location": dice.choice(_PLACES),
        "property_type": dice.choice(_TYPES),
        "operation": "arriendo" if dice.random() < _RENTING else "compra",
        "bedrooms": dice.choice((1, 2, 2, 3, 3, 4)),
        "timeline": dice.choice(("immediate", "30days", "90days", "unknown")),
    }
    if dice.random() < _HAS_EMAIL:
        fields["email"] = f"{name.split(maxsplit=1)[0]}.{name.split()[1]}{number}@correo.example".lower().translate(
            _ASCII
        )
    if dice.random() < _HAS_BUDGET:
        fields |= _budget(dice, renting=fields["operation"] == "arriendo")
    return fields


def tags(dice: Random) -> list[str]:
    """Up to two tags."""
    return dice.sample(_TAGS, k=dice.choice((0, 0, 1, 1, 2)))


def custom(dice: Random) -> dict[str, Any]:
    """Values of the first brokerage's own fields; most leads have some."""
    credit, pets = dice.choice((*OWN_FIELDS[0][2], None)), dice.choice((True, False, None, None))
    return {"credito_hipotecario": credit, "mascotas": pets}


def note(dice: Random) -> str:
    """What an agent may have written down, or nothing."""
    return dice.choice((*_NOTES, ""))


def _budget(dice: Random, *, renting: bool) -> dict[str, object]:
    if renting:
        return {"budget_amount": Decimal(dice.randrange(350, 1500, 50) * 1000), "budget_unit": "CLP"}
    return {"budget_amount": Decimal(dice.randrange(1800, 14000, 100)), "budget_unit": "UF"}


_ASCII = str.maketrans("áéíóúñü", "aeiounu")
