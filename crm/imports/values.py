"""One row of a sheet as what it says about a person: typed values, what was doubtful, and why it stays outside if it does."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from core import phones
from core.money import MoneyWarning, Unit, parse_budget, parse_income
from core.phones import ParsedPhone, ParsedPhones
from crm.enums import LeadStatus, Stage
from crm.imports import remarks
from crm.imports.columns import JOINED, Field, field_of
from crm.imports.comments import opt_out_phrase, read_comment, read_operation, read_purpose
from crm.imports.dates import read_date
from crm.imports.emails import read_email
from crm.imports.folding import clean, clean_lines, fold
from crm.imports.names import read_name, shown_text
from crm.imports.properties import read_location, read_rooms, read_source, read_type
from crm.imports.remarks import Remark, remark


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row does not say itself: the broker's country (ISO), its money, and the day of the import in its time zone."""

    today: date
    country: str = "CL"
    unit: Unit = Unit.CLP


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row, read. "" and None mean the row did not say.

    `budget` is the upper end of a range, `budget_min` the lower; `income` and `debt` are in the broker's money. `note` is the
    whole comment. `warnings` are doubts about a row that comes in; `rejection` is why a row stays outside, None when it does not.
    """

    name: str = ""
    phones: tuple[ParsedPhone, ...] = ()
    email: str = ""
    location: str = ""
    budget: Decimal | None = None
    budget_min: Decimal | None = None
    budget_unit: str = ""
    property_type: str = ""
    bedrooms: int | None = None
    bathrooms: int | None = None
    source: str = ""
    entered_at: date | None = None
    operation: str = ""
    purpose: str = ""
    stage: str = ""
    status: str = ""
    assigned_to: str = ""
    tags: tuple[str, ...] = ()
    opt_out: bool = False
    opt_out_phrase: str = ""
    dicom: str = "unknown"
    debt: Decimal | None = None
    preapproved: bool = False
    referred_by_name: str = ""
    income: Decimal | None = None
    wants_visit: bool = False
    note: str = ""
    warnings: tuple[Remark, ...] = ()
    rejection: Remark | None = None

    @property
    def phone(self) -> ParsedPhone | None:
        """The number to store as the lead's own: the first that can be dialled, else the first typed."""
        return ParsedPhones(self.phones).primary

    @property
    def is_reachable(self) -> bool:
        """Whether there is a phone or an address to write to."""
        return bool(self.email or any(number.e164 for number in self.phones))


def read_row(
    cells: Sequence[str], mapping: Mapping[int, Field], defaults: Defaults, *, about: Sequence[Remark] = ()
) -> RowReading:
    """Read a row by a mapping from `columns.guess`. `about` are the reader's own remarks on the row (`Row.remarks`).

    Never raises. A blank row, a total, a repeated header and a row with neither name nor contact come back with a `rejection`;
    a name without contact is a lead with a warning.
    """
    rejection = next((item for item in about if item.rejects), None) or _junk(cells, mapping)
    if rejection is not None:
        return RowReading(rejection=rejection)
    reading = _read(cells, mapping, defaults, about)
    if not reading.name and not reading.is_reachable:
        return RowReading(rejection=remark(remarks.NOBODY, " ".join(cells)), warnings=reading.warnings)
    return reading


def fingerprint(cells: Sequence[str]) -> str:
    """A stable hash (64 hex digits) of what a row says, blind to case, spacing and blank cells at its end."""
    plain = [" ".join(unicodedata.normalize("NFKC", cell).casefold().split()) for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    return hashlib.sha256("\x1f".join(plain).encode("utf-8", "surrogatepass")).hexdigest()


LONGEST_TAG = 40
LONGEST_OWNER = 254
SPELLINGS: dict[type[TextChoices], dict[str, str]] = {
    # In Spanish here and not from the labels: those are in the reader's language, a sheet is in its writer's.
    Stage: {
        "entrada": "nuevo",
        "perfilamiento": "perfilando",
        "calificacion_financiera": "calificación financiera",
        "agendado": "agendada",
        "seguimiento": "en seguimiento",
        "referidos": "referido",
        "ganado": "cerrado",
        "perdido": "perdida",
    },
    LeadStatus: {"cold": "frío", "warm": "tibio", "hot": "caliente", "converted": "convertido", "lost": "perdido"},
}
_JOINTS = {
    Field.NAME: " ",
    Field.COMMENT: "\n",
    Field.PHONE: " / ",
    Field.EMAIL: " ",
    Field.TAGS: ",",
    Field.OPT_OUT: " ",
}
_TOTAL = re.compile(
    r"(?:sub ?)?totals?(?:es)?(?: \w+){0,2}:?|sumas?(?: total)?:?|promedio:?|cantidad:?|soma:?|total de .{0,30}"
)
YES = re.compile(r"(?:si|s|sim|yes|y|x|1|true|verdadero|ok|no (?:llamar|contactar).*)")


def _by_field(cells: Sequence[str], mapping: Mapping[int, Field]) -> dict[Field, str]:
    """The text of each field; columns that share one are joined, of others the first filled one counts."""
    texts: dict[Field, str] = {}
    for at, field in sorted(mapping.items()):
        text = cells[at].strip() if at < len(cells) else ""
        if not text or field == Field.IGNORE:
            continue
        if field in texts and field in JOINED:
            texts[field] = f"{texts[field]}{_JOINTS[field]}{text}"
        else:
            texts.setdefault(field, text)
    return texts


def _junk(cells: Sequence[str], mapping: Mapping[int, Field]) -> Remark | None:
    """Why a row is no lead at all, by its cells alone."""
    filled = {at: cell.strip() for at, cell in enumerate(cells) if cell.strip()}
    if not any(clean(cell) for cell in filled.values()):
        return remark(remarks.BLANK_ROW)
    first = fold(next(iter(filled.values()))[:60])
    figures = [cell for at, cell in filled.items() if at != next(iter(filled))]
    if _TOTAL.fullmatch(first) and all(_is_figure(cell) for cell in figures):
        return remark(remarks.TOTAL_ROW, " ".join(filled.values()))
    named = [at for at, cell in filled.items() if at in mapping and field_of(cell) == mapping[at]]
    if len(named) >= 3 and len(named) * 2 > len(filled):  # noqa: PLR2004 -- "Casa" alone may be a word of its column
        return remark(remarks.HEADER_ROW)
    return None


def _is_figure(cell: str) -> bool:
    """A number, a sum of money or a formula: what stands beside the word "Total"."""
    return cell.startswith("=") or re.fullmatch(r"[\d\s.,$%()+-]{1,40}(?:uf|clp|leads?)?", fold(cell)) is not None


Part = tuple[dict[str, Any], list[Remark]]
"""Some fields of a RowReading, and what was doubtful about them."""


def _read(
    cells: Sequence[str], mapping: Mapping[int, Field], defaults: Defaults, about: Sequence[Remark]
) -> RowReading:
    texts = _by_field(cells, mapping)
    values: dict[str, Any] = {}
    warnings = list(about)
    for part in (_person, _property, _money, _origin, _pipeline, _comment):
        found, doubts = part(texts, defaults)
        values.update(found)
        warnings.extend(doubts)
    if not values["opt_out"]:
        values["opt_out_phrase"] = _opt_out_elsewhere(texts, values["phones"], cells, mapping)
        values["opt_out"] = bool(values["opt_out_phrase"])
        warnings.extend([remark(remarks.OPT_OUT, values["opt_out_phrase"])] if values["opt_out"] else [])
    reading = RowReading(**values)
    if not reading.is_reachable:
        warnings.append(remark(remarks.NO_CONTACT))
    return replace(reading, warnings=tuple(dict.fromkeys(warnings)))


def _person(texts: Mapping[Field, str], defaults: Defaults) -> Part:
    name, doubts = read_name(texts.get(Field.NAME, ""))
    email, email_doubts = read_email(texts.get(Field.EMAIL, ""))
    numbers = phones.parse(_shown(texts, Field.PHONE), defaults.country).numbers
    phone_doubts = [remark(number.warning.value, number.raw) for number in numbers if number.warning]
    return {"name": name, "email": email, "phones": numbers}, [*doubts, *phone_doubts, *email_doubts]


def _property(texts: Mapping[Field, str], defaults: Defaults) -> Part:
    del defaults
    kind, kind_doubts = read_type(_shown(texts, Field.PROPERTY_TYPE))
    beds, baths, room_doubts = read_rooms(_shown(texts, Field.BEDROOMS))
    values = {"property_type": kind, "bedrooms": beds, "bathrooms": baths}
    return values | {"location": read_location(_shown(texts, Field.LOCATION))}, [*kind_doubts, *room_doubts]


def _money(texts: Mapping[Field, str], defaults: Defaults) -> Part:
    said = _shown(texts, Field.BUDGET)
    budget = parse_budget(said, defaults.unit)
    doubts = [remark(budget.warning.value, said)] if budget and budget.warning else []
    values: dict[str, Any] = {}
    if budget and budget.amount_max is not None:
        values = {"budget": budget.amount_max, "budget_min": budget.amount_min, "budget_unit": budget.unit.value}
    income, income_doubts = _income(_shown(texts, Field.INCOME), defaults.unit)
    return values | {"income": income}, [*doubts, *income_doubts]


def _income(said: str, unit: Unit) -> tuple[Decimal | None, list[Remark]]:
    """A monthly income in the broker's money. Of a range the lower end, so that nobody qualifies by the upper."""
    reading = parse_income(said, unit)
    if reading is None:
        return None, []
    doubts = [remark(reading.warning.value, said)] if reading.warning else []
    if reading.amount_max is None or reading.unit != (Unit.CLP if unit == Unit.UF else unit):
        return None, doubts or [remark(MoneyWarning.UNREADABLE.value, said)]
    if reading.amount_min is not None:
        return reading.amount_min, [*doubts, remark(remarks.INCOME_RANGE, said)]
    return reading.amount_max, doubts


def _origin(texts: Mapping[Field, str], defaults: Defaults) -> Part:
    entered = read_date(_shown(texts, Field.ENTERED_AT), defaults.today)
    values = {"source": read_source(_shown(texts, Field.SOURCE)), "entered_at": entered.value}
    return values, [entered.remark] if entered.remark else []


def _pipeline(texts: Mapping[Field, str], defaults: Defaults) -> Part:
    del defaults
    stage, stage_doubts = _choice(_shown(texts, Field.STAGE), Stage, remarks.STAGE_UNKNOWN)
    status, status_doubts = _choice(_shown(texts, Field.STATUS), LeadStatus, remarks.STATUS_UNKNOWN)
    tags = [clean(tag)[:LONGEST_TAG] for tag in re.split(r"[,;|\n]", texts.get(Field.TAGS, ""))]
    values = {
        "stage": stage,
        "status": status,
        "tags": tuple(dict.fromkeys(tag for tag in tags if tag)),
        "assigned_to": clean(_shown(texts, Field.ASSIGNED_TO))[:LONGEST_OWNER],
    }
    return values, [*stage_doubts, *status_doubts]


def _choice(said: str, choices: type[TextChoices], unknown: str) -> tuple[str, list[Remark]]:
    """The value of an enum that a cell names by its value or its Spanish label."""
    folded = fold(said[:80])
    if not folded:
        return "", []
    words = {fold(spelling): value for value, label in SPELLINGS[choices].items() for spelling in (value, label)}
    return (words[folded], []) if folded in words else ("", [remark(unknown, said)])


def _comment(texts: Mapping[Field, str], defaults: Defaults) -> Part:
    said = _shown(texts, Field.COMMENT)
    facts = read_comment(said, defaults.unit)
    values = {
        "note": clean_lines(said),
        "opt_out": bool(facts.opt_out_phrase),
        "opt_out_phrase": facts.opt_out_phrase,
        "operation": read_operation(_shown(texts, Field.OPERATION)) or facts.operation,
        "purpose": facts.purpose or read_purpose(_shown(texts, Field.OPERATION)),
        "dicom": facts.dicom,
        "debt": facts.debt,
        "preapproved": facts.preapproved,
        "wants_visit": facts.wants_visit,
        "referred_by_name": facts.referred_by_name,
    }
    return values, list(facts.remarks)


def _opt_out_elsewhere(
    texts: Mapping[Field, str], numbers: Sequence[ParsedPhone], cells: Sequence[str], mapping: Mapping[int, Field]
) -> str:
    """An opt-out outside the comment: its own column, a tag, a status, beside the phone, in a column that is not imported.

    Better to see one too many (the preview shows it) than to call someone who asked not to be.
    """
    asked = clean(texts.get(Field.OPT_OUT, ""))
    if asked and YES.fullmatch(fold(asked[:40])):
        return asked
    said = [texts.get(field, "") for field in (Field.OPT_OUT, Field.TAGS, Field.STATUS, Field.STAGE)]
    notes = [number.note for number in numbers]
    ignored = [cell for at, cell in enumerate(cells) if mapping.get(at, Field.IGNORE) == Field.IGNORE]
    return opt_out_phrase(*said, *notes, *ignored)


def _shown(texts: Mapping[Field, str], field: Field) -> str:
    """What the field's cell shows: the text of a link, not its formula."""
    return shown_text(texts.get(field, ""))[0]
