"""Names of people as they stand in cells: formulas, capitals, placeholders."""

import re

from crm.imports.folding import clean, fold
from crm.imports.remarks import NAME_CUT, NAME_FORMULA, NAME_PLACEHOLDER, Remark, remark

LONGEST_NAME = 160
PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "el", "y", "e", "da", "das", "do", "dos", "van", "von", "der", "di"}
)
"""Small words inside a name that stay small; at its beginning they are capitals: "De la Fuente"."""

_LINK = re.compile(
    r'^\s*=\s*(?:HYPERLINK|HIPERVINCULO|HIPERV[IÍ]NCULO)\s*\(\s*"[^"]*"\s*[,;]\s*"((?:[^"]|"")*)"\s*\)\s*$',
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:sin nombre|no (?:tiene|indica|informa|sabe)(?: nombre)?|n/?[na]\.?|s/?n\.?|nn|cliente|lead|contacto|prospecto|"
    r"interesad[oa]|desconocid[oa]|anonim[oa]|user|usuario|test|prueba|unknown|nombre|sem nome|"
    r"[-–—.?_*x ]+|[\d+()\s./-]+)"
)


def shown_text(cell: str) -> tuple[str, bool]:
    """What a cell shows, and whether it was a formula: =HYPERLINK("…","Javier Espinoza") shows its second text."""
    link = _LINK.match(cell) if cell.lstrip()[:1] == "=" else None
    if link:
        return link[1].replace('""', '"'), True
    return cell, False


def read_name(cell: str) -> tuple[str, list[Remark]]:
    """A name as a person would write it, and what was strange. "" for what is no name ("N/N", "cliente", a phone)."""
    shown, formula = shown_text(cell)
    name = clean(shown)
    remarks = [remark(NAME_FORMULA, cell)] if formula else []
    if name.startswith(("=", "@", "+")):
        name = name.lstrip("=@+ ")
        remarks.append(remark(NAME_FORMULA, cell))
    if name and _NOBODY.fullmatch(fold(name)):
        return "", [*remarks, remark(NAME_PLACEHOLDER, name)]
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME].rstrip()
        remarks.append(remark(NAME_CUT, name))
    return titled(name), remarks


def titled(name: str) -> str:
    """ALL CAPITALS and all small become Title Case with Spanish particles; mixed case stays as its owner wrote it."""
    if name != name.upper() and name != name.lower():
        return name
    words = name.lower().split()
    return " ".join(word if at and word in PARTICLES else _capital(word) for at, word in enumerate(words))


def _capital(word: str) -> str:
    """First letters of a word and of its parts: farías-cáceres, o'higgins."""
    return re.sub(r"(^|[-'’(/.])(\w)", lambda match: match[1] + match[2].upper(), word)
