"""Columns: the fields a sheet may hold, and which column is which, by the header's words or the look of the cells."""

import re
from collections.abc import Sequence
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.imports.folding import fold


class Field(models.TextChoices):
    """What a column may be taken for. Values are stored with an import."""

    NAME = "name", _("Nombre")
    PHONE = "phone", _("Teléfono")
    EMAIL = "email", _("Correo")
    LOCATION = "location", _("Comuna o sector")
    BUDGET = "budget", _("Presupuesto")
    PROPERTY_TYPE = "property_type", _("Tipo de propiedad")
    BEDROOMS = "bedrooms", _("Dormitorios")
    SOURCE = "source", _("Origen")
    ENTERED_AT = "entered_at", _("Fecha de ingreso")
    COMMENT = "comment", _("Comentario")
    INCOME = "income", _("Renta o ingresos")
    OPERATION = "operation", _("Operación")
    STAGE = "stage", _("Etapa")
    ASSIGNED_TO = "assigned_to", _("Responsable")
    TAGS = "tags", _("Etiquetas")
    STATUS = "status", _("Estado")
    OPT_OUT = "opt_out", _("No contactar")
    IGNORE = "ignore", _("No importar")


Column = str
"""What a column is taken for: a Field, or one of the brokerage's own by its prefixed name (`crm.custom_values`)."""
JOINED = frozenset({Field.NAME, Field.PHONE, Field.EMAIL, Field.COMMENT, Field.TAGS, Field.OPT_OUT})
"""Fields that several columns may share: first and family name, two phones. The others take one column."""

# Folded words of headers in Spanish, English and Portuguese. A header is matched whole, then by its first two words,
# then by any word in it; a word listed twice belongs to the later field.
SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.OPT_OUT: (
        "no contactar", "no llamar", "no molestar", "opt out", "optout", "do not call", "do not contact", "dnc",
        "nao ligar",
    ),
    Field.INCOME: (
        "renta liquida", "renta mensual", "renta", "ingresos", "ingreso mensual", "ingreso liquido", "sueldo",
        "salario", "income", "monthly income", "salary", "renda", "renda mensal",
    ),
    Field.ENTERED_AT: (
        "fecha ingreso", "fecha de ingreso", "fecha", "fecha creacion", "fecha de creacion", "fecha contacto",
        "fecha registro", "creado", "creado el", "ingreso", "alta", "fecha alta", "date", "created", "created at",
        "entry date", "data", "data de entrada", "data de criacao", "data cadastro", "fecha consulta",
    ),
    Field.EMAIL: (
        "correo", "email", "e-mail", "mail", "correo electronico", "e mail", "correos", "emails",
    ),
    Field.PHONE: (
        "telefono", "telefonos", "fono", "fonos", "celular", "movil", "cel", "whatsapp", "wsp", "tel",
        "nro telefono", "numero de telefono", "numero", "numero de contacto", "phone", "phone number", "mobile",
        "cell", "telefone", "telemovel", "fone",
    ),
    Field.BUDGET: (
        "presupuesto", "presupuesto maximo", "precio", "monto", "valor", "budget", "price", "amount", "orcamento",
        "preco", "capacidad de compra", "inversion", "precio maximo",
    ),
    Field.PROPERTY_TYPE: (
        "tipo propiedad", "tipo de propiedad", "propiedad", "tipo inmueble", "tipo de inmueble", "inmueble",
        "property type", "property", "tipo de imovel", "imovel", "producto", "tipo",
    ),
    Field.BEDROOMS: (
        "dorm", "dorm.", "dorms", "dormitorio", "dormitorios", "habitaciones", "recamaras", "ambientes", "cuartos",
        "piezas", "bedrooms", "beds", "rooms", "quartos", "tipologia", "programa", "alcobas",
    ),
    Field.OPERATION: (
        "operacion", "tipo operacion", "tipo de operacion", "operation", "operacao", "compra/arriendo", "busca",
        "negocio",
    ),
    Field.STAGE: (
        "etapa", "fase", "stage", "pipeline", "embudo", "etapa del embudo",
    ),
    Field.STATUS: (
        "estado", "status", "temperatura", "estado lead", "situacion", "estado del lead", "situacao",
    ),
    Field.ASSIGNED_TO: (
        "responsable", "asignado", "asignado a", "corredor", "agente", "asesor", "ejecutivo", "vendedor", "broker",
        "owner", "assigned to", "agent", "corretor", "responsavel", "ejecutiva", "vendedora",
    ),
    Field.TAGS: (
        "etiquetas", "etiqueta", "tags", "tag", "rotulos", "labels",
    ),
    Field.SOURCE: (
        "origen", "fuente", "canal", "medio", "procedencia", "portal", "como nos conocio", "source", "lead source",
        "origem", "fonte", "campana",
    ),
    Field.LOCATION: (
        "comuna", "comunas", "sector", "ubicacion", "zona", "barrio", "colonia", "distrito", "ciudad", "localidad",
        "comuna de interes", "location", "area", "city", "neighborhood", "bairro", "cidade", "localizacao", "region",
        "municipio",
    ),
    Field.COMMENT: (
        "comentario", "comentarios", "observacion", "observaciones", "obs", "notas", "nota", "mensaje", "detalle",
        "detalles", "descripcion", "comment", "comments", "notes", "note", "message", "remarks", "observacao",
        "observacoes", "mensagem", "seguimiento", "gestion",
    ),
    Field.NAME: (
        "nombre", "nombres", "nombre completo", "nombre y apellido", "nombre cliente", "cliente", "contacto", "lead",
        "prospecto", "interesado", "apellido", "apellidos", "apellido paterno", "apellido materno", "name",
        "full name", "first name", "last name", "customer", "client", "contact", "nome", "nome completo",
        "sobrenome", "razon social", "persona",
    ),
}  # fmt: skip
_WHOLE = {word: field for field, words in SYNONYMS.items() for word in words}
_LONGEST_HEADER = 60


def guess(header: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[int, Field]:
    """Which column is which: `{column index: field}` for every column; what cannot be told is IGNORE.

    The header's words come first; columns they do not settle (all, without a header) are told by their cells.
    """
    width = max([len(header), *(len(row) for row in samples)], default=0)
    mapping: dict[int, Field] = {}
    for at in range(width):
        field = field_of(header[at]) if at < len(header) else None
        if field is not None and (field in JOINED or field not in mapping.values()):
            mapping[at] = field
    for at in range(width):
        if at not in mapping:
            mapping[at] = _by_cells(
                [row[at] for row in samples if at < len(row)], set(mapping.values()), named=bool(header)
            )
    return dict(sorted(mapping.items()))


def field_of(word: str) -> Field | None:
    """The field a header names, or None."""
    return _field_of(word[: _LONGEST_HEADER + 1])


@lru_cache(maxsize=4_000)  # asked of every cell, to know a repeated header; cells repeat
def _field_of(word: str) -> Field | None:
    folded = " ".join(re.sub(r"[_:*#¿?()\[\]]+", " ", fold(word)).split())
    if not folded or len(folded) > _LONGEST_HEADER:
        return None
    bare = re.sub(r"\s*\d+$", "", folded).rstrip(". ")
    exact = _WHOLE.get(folded) or _WHOLE.get(bare)
    if exact is not None:
        return exact
    tokens = bare.replace("/", " ").replace(".", " ").split()
    for phrase in (" ".join(tokens[:2]), *tokens):
        if phrase in _WHOLE:
            return _WHOLE[phrase]
    return None


def header_words(cells: Sequence[str]) -> int:
    """How many cells are, as a whole, a column's usual name."""
    return sum(fold(cell).rstrip(".: ") in _WHOLE for cell in cells)


def text_column(header: Sequence[str], samples: Sequence[Sequence[str]], width: int) -> int:
    """The column where free text stands: the last named so, else the one with the longest cells, else the last."""
    named = [at for at, word in enumerate(header) if field_of(word) == Field.COMMENT]
    if named:
        return named[-1]
    lengths = [sum(len(row[at]) for row in samples if at < len(row)) for at in range(width)]
    return max(range(width), key=lambda at: (lengths[at], at), default=0)


_MONEY_CELL = re.compile(
    r"(?:^|\W)(?:uf|u\.f\.|clp|usd|us\$|millones|lucas)(?:\W|$)|\$\s*\d|\d\s*(?:uf|mm|millones)\b", re.IGNORECASE
)
_PHONE_CELL = re.compile(r"^[+(\d][\d\s().+/-]{6,40}(?:\s*\([^)]{0,20}\))?$")
_DATE_CELL = re.compile(r"^(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-\d{1,2}-\d{1,2}.{0,9})$")
_ROOMS_CELL = re.compile(r"^\d\s*d\s*\d\s*b$", re.IGNORECASE)
_TYPE_CELL = re.compile(r"^(?:depto|dpto|departamento|casa|oficina|parcela|terreno|bodega|local)", re.IGNORECASE)
_SOURCE_CELL = re.compile(
    r"^(?:referido|facebook|instagram|yapo|toctoc|portal|sitio web|google|whatsapp|mercado)", re.IGNORECASE
)
_NAME_CELL = re.compile(r"^[^\W\d_]{2,}(?:[\s'’-][^\W\d_]+){1,5}$")
_SHAPES: tuple[tuple[Field, "re.Pattern[str]"], ...] = (
    (Field.EMAIL, re.compile(r"^[^\s@]+@[^\s@]+$")),
    (Field.ENTERED_AT, _DATE_CELL),
    (Field.BUDGET, _MONEY_CELL),
    (Field.PHONE, _PHONE_CELL),
    (Field.BEDROOMS, _ROOMS_CELL),
    (Field.PROPERTY_TYPE, _TYPE_CELL),
    (Field.SOURCE, _SOURCE_CELL),
    (Field.NAME, _NAME_CELL),
)
_ENOUGH = 0.5


def _by_cells(cells: Sequence[str], taken: set[Field], *, named: bool) -> Field:
    """The field most of a column's filled cells look like. Under a header only unmistakable shapes count."""
    filled = [cell.strip()[:200] for cell in cells if cell.strip()]
    if not filled:
        return Field.IGNORE
    for field, shape in _SHAPES:
        free = field not in taken and not (named and field in {Field.NAME, Field.SOURCE, Field.ENTERED_AT})
        if free and sum(shape.search(cell) is not None for cell in filled) >= len(filled) * _ENOUGH:
            return field
    longest = sum(len(cell) for cell in filled) / len(filled)
    return Field.COMMENT if Field.COMMENT not in taken and longest > 15 else Field.IGNORE  # noqa: PLR2004 -- more than a word
