"""What the import has to say about a row or a file: a stored code, the text it is about, and words to show."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.money import MONEY_WARNINGS
from core.phones import PHONE_WARNINGS

LONGEST_RAW = 120
"""Characters of the offending text that a remark keeps."""

# Warnings: the row comes in.
NAME_FORMULA = "name_formula"
NAME_CUT = "name_cut"
NAME_PLACEHOLDER = "name_placeholder"
NO_CONTACT = "no_contact"
EMAIL_INVALID = "email_invalid"
EMAIL_EXTRA = "email_extra"
DATE_FUTURE = "date_future"
DATE_ABSURD = "date_absurd"
DATE_UNREADABLE = "date_unreadable"
DATE_SWAPPED = "date_swapped"
TYPE_UNKNOWN = "type_unknown"
ROOMS_UNREADABLE = "rooms_unreadable"
STAGE_UNKNOWN = "stage_unknown"
STATUS_UNKNOWN = "status_unknown"
INCOME_RANGE = "income_range"
CONTACT_LIMIT = "contact_limit"
OPT_OUT = "opt_out"
EXTRA_CELLS = "extra_cells"
UNCLOSED_QUOTE = "unclosed_quote"
OWNER_UNKNOWN = "owner_unknown"
OWN_UNREADABLE = "own_unreadable"
OWN_CUT = "own_cut"
# Reasons to reject: the row is kept aside with this text.
BLANK_ROW = "blank_row"
TOTAL_ROW = "total_row"
HEADER_ROW = "header_row"
NOBODY = "nobody"
CELL_TOO_LONG = "cell_too_long"
COLLEAGUES_LEAD = "colleagues_lead"
# About the file.
BAD_BYTES = "bad_bytes"
OTHER_SHEETS = "other_sheets"
PREAMBLE = "preamble"

REJECTIONS = frozenset({BLANK_ROW, TOTAL_ROW, HEADER_ROW, NOBODY, CELL_TOO_LONG})

MESSAGES: dict[str, Promise] = {
    NAME_FORMULA: _("El nombre era una fórmula; se tomó el texto que muestra"),
    NAME_CUT: _("El nombre es demasiado largo; se recortó"),
    NAME_PLACEHOLDER: _("«%(raw)s» no es un nombre; se dejó en blanco"),
    NO_CONTACT: _("No tiene teléfono ni correo con qué contactarlo"),
    EMAIL_INVALID: _("«%(raw)s» no es un correo válido; no se guardó como correo"),
    EMAIL_EXTRA: _("Tiene más de un correo; también «%(raw)s»"),
    DATE_FUTURE: _("La fecha «%(raw)s» está en el futuro; no se usó como fecha de ingreso"),
    DATE_ABSURD: _("La fecha «%(raw)s» no es posible; no se usó como fecha de ingreso"),
    DATE_UNREADABLE: _("No se pudo leer la fecha «%(raw)s»"),
    DATE_SWAPPED: _("La fecha «%(raw)s» se leyó con el mes primero"),
    TYPE_UNKNOWN: _("Tipo de propiedad desconocido: «%(raw)s»; se guardó como «otro»"),
    ROOMS_UNREADABLE: _("No se entienden los dormitorios «%(raw)s»"),
    STAGE_UNKNOWN: _("Etapa desconocida: «%(raw)s»"),
    STATUS_UNKNOWN: _("Estado desconocido: «%(raw)s»"),
    INCOME_RANGE: _("La renta «%(raw)s» es un rango; se tomó el menor"),
    CONTACT_LIMIT: _("«%(raw)s» limita cuándo o cómo contactarlo; revísalo"),
    OPT_OUT: _("«%(raw)s»: no se le contactará más"),
    EXTRA_CELLS: _("La fila tenía celdas de más; se unieron al texto «%(raw)s»"),
    UNCLOSED_QUOTE: _("Una comilla quedó sin cerrar; la fila se leyó tal cual"),
    OWNER_UNKNOWN: _("Nadie en la corredora se llama «%(raw)s»; no se asignó por la planilla"),
    OWN_UNREADABLE: _("No calza con el campo y no se guardó: «%(raw)s»"),
    OWN_CUT: _("Es demasiado largo para su campo y se recortó: «%(raw)s»"),
    COLLEAGUES_LEAD: _("Ya es lead de otra persona de la corredora"),
    BLANK_ROW: _("Fila en blanco"),
    TOTAL_ROW: _("Fila de totales: «%(raw)s»"),
    HEADER_ROW: _("Encabezado repetido"),
    NOBODY: _("Sin nombre y sin forma de contacto"),
    CELL_TOO_LONG: _("Una celda pasa de 100.000 caracteres; comienza con «%(raw)s»"),
    "colleagues_lead": _("El lead es de otra persona del equipo; no se cambió"),
    "owner_unknown": _("Nadie del equipo se llama «%(raw)s»; quedó sin responsable"),
    BAD_BYTES: _("Algunos caracteres del archivo están dañados"),
    OTHER_SHEETS: _("El libro tiene otras hojas que no se importan: %(raw)s"),
    PREAMBLE: _("Sobre el encabezado hay texto que no se importa: %(raw)s"),
}


class Remark(NamedTuple):
    """One remark. `code` is stored; `raw` is the text it is about, cut to LONGEST_RAW."""

    code: str
    raw: str = ""

    @property
    def message(self) -> str:
        """The remark in the reader's language."""
        text = _TEXTS.get(self.code)
        return self.code if text is None else str(text) % {"raw": self.raw}

    @property
    def rejects(self) -> bool:
        """Whether a row with it stays outside."""
        return self.code in REJECTIONS


def remark(code: str, raw: str = "") -> Remark:
    """A remark about a text, kept short."""
    flat = " ".join(raw.split())
    return Remark(code, flat if len(flat) <= LONGEST_RAW else f"{flat[: LONGEST_RAW - 1]}…")


_TEXTS: dict[str, Promise] = {
    **MESSAGES,
    **{code.value: text for code, text in PHONE_WARNINGS.items()},
    **{code.value: text for code, text in MONEY_WARNINGS.items()},
}
