"""One row of a sheet as what it says about a person, or why it stays outside."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.phones import ParsedPhone
from crm.custom_values import PREFIX
from crm.imports import own_columns, remarks
from crm.imports.columns import JOINED, Column, Field, field_of
from crm.imports.comments import opt_out_phrase
from crm.imports.folding import clean, fold, normal
from crm.imports.parts import PARTS
from crm.imports.remarks import Remark, remark
from crm.imports.row_reading import Defaults, RowReading

__all__ = ["Defaults", "RowReading", "fingerprint", "read_row"]


def read_row(
    cells: Sequence[str], mapping: Mapping[int, Column], defaults: Defaults, *, about: Sequence[Remark] = ()
) -> RowReading:
    """Read a row by a mapping from `columns.guess`. `about` are the reader's own remarks on the row (`Row.remarks`).

    Never raises. A blank row, a total, a repeated header and a row with neither name nor contact come back with a
    `rejection`; a name without contact is a lead with a warning.
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
    plain = [" ".join(normal("NFKC", cell).casefold().split()) for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    return hashlib.sha256("\x1f".join(plain).encode("utf-8", "surrogatepass")).hexdigest()


_JOINTS = {
    Field.NAME: " ",
    Field.COMMENT: "\n",
    Field.PHONE: " / ",
    Field.EMAIL: " ",
    Field.TAGS: ",",
    Field.OPT_OUT: " ",
}
_TOTAL = re.compile(
    r"(?:sub ?)?totals?(?:es)?(?: (?:general|final|parcial|de )?(?:leads?|clientes?|contactos?|filas?|registros?)?)?:?|"
    r"sumas?(?: total)?:?|promedio:?|cantidad:?|soma:?"
)
YES = re.compile(r"(?:si|s|sim|yes|y|x|1|true|verdadero|ok|no (?:llamar|contactar).*)")


def _by_field(cells: Sequence[str], mapping: Mapping[int, Column]) -> dict[Column, str]:
    """The text of each field; columns that share one are joined, of others the first filled one counts."""
    texts: dict[Column, str] = {}
    for at, field in sorted(mapping.items()):
        text = cells[at].strip() if at < len(cells) else ""
        if not text or field == Field.IGNORE:
            continue
        if field in texts and field in JOINED:
            texts[field] = f"{texts[field]}{_JOINTS[Field(field)]}{text}"
        else:
            texts.setdefault(field, text)
    return texts


def _junk(cells: Sequence[str], mapping: Mapping[int, Column]) -> Remark | None:
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


def _read(
    cells: Sequence[str], mapping: Mapping[int, Column], defaults: Defaults, about: Sequence[Remark]
) -> RowReading:
    texts = _by_field(cells, mapping)
    values: dict[str, Any] = {}
    warnings = list(about)
    for part in PARTS:
        found, doubts = part(texts, defaults)
        values.update(found)
        warnings.extend(doubts)
    values["custom"], doubts = own_columns.read(texts, defaults.own)
    warnings.extend(doubts)
    if not values["opt_out"]:
        values["opt_out_phrase"] = _opt_out_elsewhere(texts, values["phones"], cells, mapping)
        values["opt_out"] = bool(values["opt_out_phrase"])
        warnings.extend([remark(remarks.OPT_OUT, values["opt_out_phrase"])] if values["opt_out"] else [])
    reading = RowReading(**values)
    if not reading.is_reachable:
        warnings.append(remark(remarks.NO_CONTACT))
    return replace(reading, warnings=tuple(dict.fromkeys(warnings)))


def _opt_out_elsewhere(
    texts: Mapping[Column, str], numbers: Sequence[ParsedPhone], cells: Sequence[str], mapping: Mapping[int, Column]
) -> str:
    """An opt-out outside the comment: its own column, a tag, a status, beside the phone, a column that is not imported.

    Better to see one too many (the preview shows it) than to call someone who asked not to be.
    """
    asked = clean(texts.get(Field.OPT_OUT, ""))
    if asked and YES.fullmatch(fold(asked[:40])):
        return asked
    said = [texts.get(field, "") for field in (Field.OPT_OUT, Field.TAGS, Field.STATUS, Field.STAGE)]
    said += [text for field, text in texts.items() if field.startswith(PREFIX)]
    notes = [number.note for number in numbers]
    ignored = [cell for at, cell in enumerate(cells) if mapping.get(at, Field.IGNORE) == Field.IGNORE]
    return opt_out_phrase(*said, *notes, *ignored)
