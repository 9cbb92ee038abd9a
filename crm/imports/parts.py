"""The fields of a row in groups, each read from the texts of its columns."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from core import phones
from core.money import MoneyWarning, Unit, parse_budget, parse_income
from crm.enums import LeadStatus, Stage
from crm.imports import remarks
from crm.imports.columns import Field
from crm.imports.comments import read_comment, read_operation, read_purpose
from crm.imports.dates import read_date
from crm.imports.emails import read_email
from crm.imports.folding import clean, clean_lines, fold
from crm.imports.names import read_name, shown_text
from crm.imports.properties import read_location, read_rooms, read_source, read_type
from crm.imports.remarks import Remark, remark
from crm.imports.row_reading import Defaults

Part = tuple[dict[str, Any], list[Remark]]
"""Some fields of a RowReading, and what was doubtful about them."""


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


def _person(texts: Mapping[str, str], defaults: Defaults) -> Part:
    name, doubts = read_name(texts.get(Field.NAME, ""))
    email, email_doubts = read_email(texts.get(Field.EMAIL, ""))
    numbers = phones.parse(_shown(texts, Field.PHONE), defaults.country).numbers
    phone_doubts = [remark(number.warning.value, number.raw) for number in numbers if number.warning]
    return {"name": name, "email": email, "phones": numbers}, [*doubts, *phone_doubts, *email_doubts]


def _property(texts: Mapping[str, str], defaults: Defaults) -> Part:
    del defaults
    kind, kind_doubts = read_type(_shown(texts, Field.PROPERTY_TYPE))
    beds, baths, room_doubts = read_rooms(_shown(texts, Field.BEDROOMS))
    values = {"property_type": kind, "bedrooms": beds, "bathrooms": baths}
    return values | {"location": read_location(_shown(texts, Field.LOCATION))}, [*kind_doubts, *room_doubts]


def _money(texts: Mapping[str, str], defaults: Defaults) -> Part:
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


def _origin(texts: Mapping[str, str], defaults: Defaults) -> Part:
    entered = read_date(_shown(texts, Field.ENTERED_AT), defaults.today)
    values = {"source": read_source(_shown(texts, Field.SOURCE)), "entered_at": entered.value}
    return values, [entered.remark] if entered.remark else []


def _pipeline(texts: Mapping[str, str], defaults: Defaults) -> Part:
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


def _comment(texts: Mapping[str, str], defaults: Defaults) -> Part:
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


def _shown(texts: Mapping[str, str], field: Field) -> str:
    """What the field's cell shows: the text of a link, not its formula."""
    return shown_text(texts.get(field, ""))[0]


PARTS: tuple[Callable[[Mapping[str, str], Defaults], Part], ...] = (
    _person,
    _property,
    _money,
    _origin,
    _pipeline,
    _comment,
)
"""In the order in which their warnings are shown."""
