"""Facts in free text: what a comment says about contact, operation, purpose, debts, visits, who sent the person.

Tables of patterns over folded text. The comment itself is always kept whole as a note; these only add what is plain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from core.money import Unit, parse_income
from crm.enums import DicomStatus, Operation, Purpose
from crm.imports.folding import clean, same_length_fold
from crm.imports.remarks import CONTACT_LIMIT, OPT_OUT, Remark, remark

LONGEST_READ = 5_000
"""Characters of a comment that are searched."""
LONGEST_REFERRER = 160

# A wish about when or how to be called, which no opt-out pattern may swallow: "no llamar después de las 18:00".
_LIMIT = (
    r"(?:antes|despues|en (?:la|las|el|los|horario|hora|dias?|este|feriados?)|"
    r"por (?:la|las|telefono|ahora|el momento)|de (?:noche|dia|manana|tarde)|los|las|el|hoy|manana|hasta|entre|fines?|"
    r"a (?:la|las|los|partir|estas|horas?)|al|ahora|todavia|aun|tan|muy|tarde|temprano|fuera|durante|est[ea]|solo|"
    r"domingos?|sabados?|feriados?)\b"
)
_WHOM = r"(?:(?:me|l[oae]s?|nos|se|al cliente|a este cliente)\s+){0,2}"
_ACT = (
    r"(?:(?:llam|contact|molest)(?:ar|en|e)|escrib(?:ir|an|a)|insist(?:ir|an|a)|"
    r"(?:volver|vuelvan?) a (?:llamar|contactar|escribir|molestar))(?:me|l[oae]s?|nos)?\b"
)
_CONTACT = r"(?:(?:llamad|contactad|molestad)[oa]s?|mensajes?|correos?|contactos?|publicidad|promociones|informacion)\b"
_UNLIMITED = rf"(?:\s+(?:mas|nunca)\b|(?!\s*{_LIMIT}))[^.;\n]{{0,40}}"
OPT_OUTS: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\bno\s+{_WHOM}{_ACT}{_UNLIMITED}"),
    re.compile(
        rf"\bno\s+{_WHOM}(?:quier[eo]|dese[ao]|debe)\s+(?:que\s+{_WHOM})?(?:(?:ser|mas|recibir|tener)\s+){{0,3}}"
        rf"(?:{_ACT}|{_CONTACT}){_UNLIMITED}"
    ),
    re.compile(r"\bno\s+(?:quiere|desea)\s+saber\s+(?:nada|mas)\b[^.;\n]{0,40}"),
    re.compile(rf"\bno\s+(?:enviar|envien|mandar|manden)(?:le|me)?\s+(?:mas\s+)?{_CONTACT}[^.;\n]{{0,40}}"),
    re.compile(rf"\b(?:ya no|nunca mas|jamas)\s+{_WHOM}{_ACT}{_UNLIMITED}"),
    re.compile(
        r"\b(?:dar(?:l[eao]|se|me)?|solicit\w+|pid\w+|quiere)\s+(?:(?:la|de|su|ser|dar|darse)\s+){0,3}"
        r"(?:baja|dad[oa] de baja)\b"
        r"(?!\s+(?:de|del|el|en)\s+(?:precio|valor|arriendo|canon))"
    ),
    re.compile(
        r"\b(?:elimin\w+|sa[cq]\w+|borr\w+|quit\w+|remov\w+|retir\w+)\s+(?:\w+\s+){0,2}?(?:de|da|do|del)\s+"
        r"(?:(?:l[ao]s?|esta|nuestra|su)\s+)?(?:base|lista|listado|registros?|contactos|cadastro)\b[^.;\n]{0,20}"
    ),
    re.compile(r"\b(?:elimin\w+|borr\w+)\s+(?:todos\s+)?(?:sus|mis|los)\s+datos\b"),
    re.compile(
        r"\b(?:unsubscribe|opt[- ]?out|desuscri\w+|descadastr\w+|stop (?:calling|contacting|sms|mensajes|whatsapp))\b"
    ),
    re.compile(
        r"\b(?:do not|don'?t|never)\s+(?:call|contact|text|e?mail|disturb)\b"
        r"(?!\s+(?:before|after|until|on|in|at|between|during|today|yet)\b)[^.;\n]{0,20}"
    ),
    re.compile(r"\bremove (?:\w+ )?from (?:the |our )?(?:list|database)\b"),
    re.compile(
        r"\b(?:nao|no)\s+(?:quer\s+(?:ser\s+)?)?(?:ligar|ligue|liguem|contatar|contatad[oa]|perturb(?:ar|e)|incomodar)\b"
        r"(?!\s+(?:antes|depois|ate|aos|n[oa]s?|de noite|apos|entre|hoje)\b)[^.;\n]{0,20}"
    ),
    re.compile(r"\blista negra\b|\blista (?:de )?no (?:llamar|contactar)\b"),
)
_WHOLE_OPT_OUT = re.compile(r"\W*(?:stop|baja|dnc|sair|cancelar suscripcion)\W*")
_CONTACT_LIMIT = re.compile(
    rf"\b(?:no|nao)\s+{_WHOM}(?:{_ACT}|ligar\b|contatar\b)\s*(?:{_LIMIT}|(?:depois|apos|ate|antes)\b)[^.;\n]{{0,40}}"
)

_NEGATED = re.compile(
    r"\b(?:no|ni|sin|nao|sem)\s+(?:\w+\s+)?"
    r"(?:compra\w*|arr?iend\w*|arrend\w*|alquil\w*|vend\w*|ventas?|rentar?|alug\w*|inver\w*)"
)
OPERATIONS: tuple[tuple[re.Pattern[str], Operation], ...] = (
    (re.compile(r"\b(?:vender|vende (?:su|una|la)|venta de su|en venta su|publicar su|captacion)\b"), Operation.VENTA),
    (
        re.compile(
            r"\b(?:arr?iend\w*|arrend\w*|alquil\w*|alug\w*|for rent|rentals?|rentar|(?:en|busca|para|quiere) renta)\b"
        ),
        Operation.ARRIENDO,
    ),
    (re.compile(r"\b(?:compra\w*|adquirir|for sale|to buy|buy|buying)\b"), Operation.COMPRA),
)
CELL_OPERATIONS: tuple[tuple[re.Pattern[str], Operation], ...] = (
    (re.compile(r"\b(?:vendedor\w*|vende|vender|propietari[oa]|captacion)\b"), Operation.VENTA),
    (re.compile(r"\b(?:arr?iend\w*|arrend\w*|alquil\w*|rent\w*|alug\w*)\b"), Operation.ARRIENDO),
    (re.compile(r"\b(?:compra\w*|buy\w*|inver\w*|adquirir)\b"), Operation.COMPRA),
    (re.compile(r"\b(?:venta|sale|venda)\b"), Operation.VENTA),
)
_INVESTMENT = re.compile(r"\b(?:inversion(?:ista)?|invertir|investment|investor|investimento|rentabilidad)\b")
_LIVING = re.compile(r"\b(?:para vivir|vivienda propia|primera vivienda|uso propio)\b")
_NO_DICOM = re.compile(
    r"\b(?:sin|no (?:tiene|esta en|registra|aparece en|figura en|posee))\s+(?:deudas? (?:en )?)?"
    r"(?:dicom|deudas? vigentes?)\b|"
    r"\bdicom\s*:?\s*(?:limpio|ok|no|sin|negativo|cero|0)\b"
)
_DICOM = re.compile(r"\bdicom\b|\bmoros[oa]\b|\bdeuda\w* (?:de|por|en|vigente|impaga|castigada)\b|\bdebe \$?\d")
_NOT_YET = re.compile(r"\b(?:sin|no (?:tiene|cuenta con|esta)|falta|necesita|busca|quiere)\s+(?:\w+\s+)?$")
_APPROVED = re.compile(
    r"\bpre ?-? ?aproba\w*|\bcredito aprobado\b|\bhipotecario aprobado\b|\bpre-?approved\b|\bpre-?aprov\w*"
)
_VISIT = re.compile(
    r"\b(?:quiere|desea|pide|solicita|le gustaria|coordinar|agendar|agenda|interesad[oa] en|quer)\s+(?:\w+\s+){0,2}?"
    r"(?:visit\w*|ver (?:la|el|los|las|departamento|depto|casa|propiedad))\b"
)
_NO_VISIT = re.compile(r"\bno (?:quiere|desea|puede)\s+(?:\w+\s+){0,2}?(?:visit\w*|ver)\b")
_REFERRER = re.compile(
    r"\b(?:de parte de|referid[oa] (?:por|de)|recomendad[oa] (?:por|de)|recomendacion de|"
    r"l[oae] (?:envia|manda|mando|envio|recomendo)|indicad[oa] por|referred by|sent by)\s*:?\s*([^.,;\n(/]{2,80})"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What free text said. "" and None and False mean "it did not say"; `debt` is in the broker's money."""

    opt_out_phrase: str = ""
    operation: str = ""
    purpose: str = ""
    dicom: str = DicomStatus.UNKNOWN.value
    debt: Decimal | None = None
    preapproved: bool = False
    wants_visit: bool = False
    referred_by_name: str = ""
    remarks: tuple[Remark, ...] = ()


def read_comment(text: str, unit: Unit) -> Facts:
    """Facts of a comment, debts in the broker's money `unit`. Never raises; beyond LONGEST_READ nothing is searched."""
    return _read_comment(text[:LONGEST_READ], unit)


@lru_cache(maxsize=500)  # "no contesta", "llamar mañana": comments repeat
def _read_comment(original: str, unit: Unit) -> Facts:
    folded = _spaced(original)
    phrase = opt_out_phrase(original)
    dicom, debt = _debt(folded, unit)
    limit = "" if phrase else _phrase(_CONTACT_LIMIT, folded, original)
    remarks = [remark(OPT_OUT, phrase)] if phrase else []
    return Facts(
        opt_out_phrase=phrase,
        operation=_operation(_NEGATED.sub(" ", folded), OPERATIONS),
        purpose=_purpose(folded),
        dicom=dicom,
        debt=debt,
        preapproved=_is_approved(folded),
        wants_visit=bool(_VISIT.search(folded)) and not _NO_VISIT.search(folded),
        referred_by_name=_referrer(folded, original),
        remarks=(*remarks, *([remark(CONTACT_LIMIT, limit)] if limit else [])),
    )


def opt_out_phrase(*texts: str) -> str:
    """The words that say "do not contact me again", as written; "" when none do. A wish about hours is no opt-out."""
    for text in texts:
        original = text[:LONGEST_READ]
        folded = _spaced(original)
        if _WHOLE_OPT_OUT.fullmatch(folded):
            return clean(original)
        for pattern in OPT_OUTS:
            if phrase := _phrase(pattern, folded, original):
                return phrase
    return ""


def read_operation(cell: str) -> str:
    """The Operation value of a cell in a column of its own ("Arriendo", "Venta"), "" for none."""
    return _operation(_NEGATED.sub(" ", _spaced(cell[:LONGEST_READ])), CELL_OPERATIONS)


def read_purpose(cell: str) -> str:
    """The Purpose value that a cell names, "" for none."""
    return _purpose(_spaced(cell[:LONGEST_READ]))


def _spaced(text: str) -> str:
    """Folded with every kind of blank as one space, each character in its place."""
    return re.sub(r"\s", " ", same_length_fold(text))


def _phrase(pattern: re.Pattern[str], folded: str, original: str) -> str:
    match = pattern.search(folded)
    return clean(original[match.start() : match.end()]) if match else ""


def _operation(folded: str, table: Sequence[tuple[re.Pattern[str], Operation]]) -> str:
    return next((operation.value for pattern, operation in table if pattern.search(folded)), "")


def _purpose(folded: str) -> str:
    if _INVESTMENT.search(_NEGATED.sub(" ", folded)):
        return Purpose.INVERSION.value
    return Purpose.VIVIENDA.value if _LIVING.search(folded) else ""


def _debt(folded: str, unit: Unit) -> tuple[str, Decimal | None]:
    """The declared DICOM status, and the debt when it is named: "DICOM por 300 lucas"."""
    if _NO_DICOM.search(folded):
        return DicomStatus.CLEAN.value, None
    match = _DICOM.search(folded)
    if not match:
        return DicomStatus.UNKNOWN.value, None
    start = match.end() - 1 if match[0][-1].isdigit() else match.end()
    said = re.split(r"[;\n]|\. ", folded[start : start + 60])[0]
    reading = parse_income(said, unit) if any(char.isdigit() for char in said) else None
    return DicomStatus.HAS_DEBT.value, reading.amount_max if reading else None


def _is_approved(folded: str) -> bool:
    match = _APPROVED.search(folded)
    return match is not None and not _NOT_YET.search(folded[: match.start()])


def _referrer(folded: str, original: str) -> str:
    match = _REFERRER.search(folded)
    return clean(original[match.start(1) : match.end(1)]).strip("\"'«»“” ")[:LONGEST_REFERRER] if match else ""
