"""Cells about the property: its type, its rooms; and where the lead came from."""

import re

from crm.enums import PropertyType
from crm.imports.folding import clean, fold
from crm.imports.names import titled
from crm.imports.remarks import ROOMS_UNREADABLE, TYPE_UNKNOWN, Remark, remark

MOST_ROOMS = 30
LONGEST_LOCATION = 120
LONGEST_SOURCE = 60

# The first pattern found in the folded cell counts.
TYPES: tuple[tuple[re.Pattern[str], PropertyType], ...] = (
    (
        re.compile(
            r"\b(?:dep|deptos?|dptos?|dept|departamentos?|apartamentos?|apto|apt|depas?|flat|apartment|ph|duplex|loft|"
            r"studio|estudio|monoambiente)\b"
        ),
        PropertyType.DEPARTAMENTO,
    ),
    (re.compile(r"\b(?:casas?|chalet|townhouse|house|sobrado)\b"), PropertyType.CASA),
    (re.compile(r"\b(?:oficinas?|office|escritorio|consultas?|consultorio|sala comercial)\b"), PropertyType.OFICINA),
    (re.compile(r"\b(?:local(?:es)?(?: comercial(?:es)?)?|tienda|shop|loja)\b"), PropertyType.LOCAL),
    (re.compile(r"\b(?:parcelas?|agrado|campo|fundo|quinta|rancho|sitio|chacra|finca|farm)\b"), PropertyType.PARCELA),
    (re.compile(r"\b(?:terrenos?|lotes?|land|solar)\b"), PropertyType.TERRENO),
    (re.compile(r"\b(?:bodegas?|galpon|nave|warehouse|deposito|galpao)\b"), PropertyType.BODEGA),
    (re.compile(r"\b(?:estacionamientos?|cocheras?|parking|garage|garaje|vaga)\b"), PropertyType.ESTACIONAMIENTO),
    (re.compile(r"\b(?:otros?|otra|other|outro)\b"), PropertyType.OTRO),
)
_NOTHING = re.compile(r"(?:|no .*|sin .*|s/?[if]|n/?[ad]|indiferente|cualquiera|da igual|[-–—.?_* ]+)")
_BEDS = re.compile(
    r"(\d{1,2})\s*(?:d|dorm\w*|habitacion\w*|hab|recamaras?|rec|ambientes?|amb|piezas?|alcobas?|cuartos?|bed\w*|quartos?|[hq])\b"
)
_BATHS = re.compile(r"(\d{1,2})\s*(?:b|ban\w*|bath\w*|banheiros?|wc)\b")
_PAIR = re.compile(r"(\d{1,2})\s*d?\s*[/+x,y -]?\s*(\d{1,2})\s*b?")
_LEADING = re.compile(r"(\d{1,2})(?:[.,]0)?(?:\s*(?:\+|o mas).*)?")
_STUDIO = re.compile(r"\b(?:studio|estudio|monoambiente|loft)\b")

# Folded words to the name stored as `source`; anything else keeps the words of the sheet.
SOURCES: dict[str, str] = {
    word: name
    for name, words in {
        "Referido": ("referido", "referida", "recomendado", "referral", "indicacao"),
        "TOCTOC": ("toctoc", "toc toc", "toctoc.com"),
        "Portal Inmobiliario": ("portal inmobiliario", "portalinmobiliario", "portalinmobiliario.com", "pi"),
        "Mercado Libre": ("mercado libre", "mercadolibre"),
        "Yapo": ("yapo", "yapo.cl"),
        "Facebook": ("facebook", "fb", "meta"),
        "Instagram": ("instagram", "ig", "insta"),
        "Sitio web": ("sitio web", "web", "pagina web", "website", "pagina"),
        "Sala de ventas": ("sala de ventas", "sala de venta"),
        "Google": ("google", "google ads"),
        "WhatsApp": ("whatsapp", "wsp"),
        "Llamada": ("telefono", "llamada"),
        "Letrero": ("letrero", "cartel"),
    }.items()
    for word in words
}
_ABBREVIATED = re.compile(r"\bstgo\b\.?", re.IGNORECASE)


def read_type(cell: str) -> tuple[str, list[Remark]]:
    """The PropertyType value of a cell, "" for none; an unknown word is "otro" with a warning."""
    folded = fold(cell[:200])
    if _NOTHING.fullmatch(folded):
        return "", []
    for pattern, kind in TYPES:
        if pattern.search(folded):
            return kind.value, []
    return PropertyType.OTRO.value, [remark(TYPE_UNKNOWN, cell)]


def read_rooms(cell: str) -> tuple[int | None, int | None, list[Remark]]:
    """Bedrooms and bathrooms: "3D2B", "2 dorm 1 baño", "4", "3+". A studio has 0 bedrooms."""
    folded = fold(cell[:100])
    if _NOTHING.fullmatch(folded):
        return None, None, []
    spaced = re.sub(r"(\d)\s*([db])\s*(?=\d|$)", r"\1\2 ", folded).strip()
    beds, baths = _BEDS.search(spaced), _BATHS.search(spaced)
    if beds or baths:
        return _count(beds), _count(baths), []
    if _STUDIO.search(folded):
        return 0, None, []
    if (pair := _PAIR.fullmatch(folded)) and not folded.isdigit():
        return _count(pair), _small(pair[2]), []
    if (single := _LEADING.fullmatch(folded)) and int(single[1]) <= MOST_ROOMS:
        return _count(single), None, []
    return None, None, [remark(ROOMS_UNREADABLE, cell)]


def read_source(cell: str) -> str:
    """Where the lead came from, known names in one spelling: "FB" is "Facebook"; other words stay as they are."""
    name = clean(cell)[:LONGEST_SOURCE].strip()
    if _NOTHING.fullmatch(fold(name)):
        return ""
    return SOURCES.get(fold(name), name)


def read_location(cell: str) -> str:
    """A commune or area as people write it: "las condes / vitacura" → "Las Condes / Vitacura"; "Stgo" is Santiago."""
    text = clean(cell)
    if _NOTHING.fullmatch(fold(text)):
        return ""
    return _ABBREVIATED.sub("Santiago", titled(text))[:LONGEST_LOCATION].rstrip()


def _count(match: "re.Match[str] | None") -> int | None:
    return _small(match[1]) if match else None


def _small(text: str) -> int | None:
    return int(text) if int(text) <= MOST_ROOMS else None
