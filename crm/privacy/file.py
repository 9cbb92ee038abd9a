"""Everything we hold about a person, as one document: what every table says, the history, the declared money opened.

Built from `crm.ties`, so that a table that is new is in it without anybody thinking of it.
"""

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.template.loader import render_to_string

from core import tenancy
from crm import financial, ties
from crm.models import FinancialProfile, Lead, PersonalFile
from crm.privacy import person as persons
from crm.privacy.person import Person

_OWN_KEYS = frozenset({"id", "broker_id", "lead_id", "search_text", "name_key", "board_rank", "pgh_obj_id", "pgh_id"})
_LEFT_OUT = (FinancialProfile, PersonalFile)  # opened below; a file about the person is no data of theirs


def document(lead: Lead) -> dict[str, Any]:
    """The whole as plain JSON: a list of rows for each table, under the table's name in words."""
    person = persons.of(lead)
    leads = list(Lead.everything.filter(pk__in=person.lead_ids).order_by("pk"))
    told: dict[str, Any] = {_words(Lead): [_plain(each) for each in leads]}
    for key in ties.declared():
        model, column = ties.rows(key)
        if model is not Lead and model not in _LEFT_OUT:
            rows = ties.everything(model).filter(**{f"{column}__in": person.lead_ids}).order_by("pk")
            told[_words(model)] = [_plain(row) for row in _named(rows)]
    told[_words(FinancialProfile)] = [_money(each) for each in leads if financial.read(each) != financial.NOTHING]
    told |= _history(person)
    return {name: rows for name, rows in told.items() if rows}


def zipped(told: dict[str, Any]) -> bytes:
    """The document for machines (JSON) and for people (HTML that opens anywhere), in one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datos.json", json.dumps(told, ensure_ascii=False, indent=1))
        sections = [(name, [list(row.items()) for row in rows]) for name, rows in told.items()]
        archive.writestr("datos.html", render_to_string("crm/personal_document.html", {"sections": sections}))
    return packed.getvalue()


def _named(rows: Any) -> Any:  # noqa: ANN401 -- a queryset of whatever model
    """Rows with the names that stand behind their keys, such as a tag's."""
    followed = [field.name for field in rows.model._meta.fields if isinstance(field, models.ForeignKey)]  # noqa: SLF001
    return rows.select_related(*[name for name in followed if name not in {"broker", "lead"}])


def _plain(row: models.Model) -> dict[str, Any]:
    told = {}
    for field in row._meta.concrete_fields:  # noqa: SLF001 -- Django's documented model API
        value = getattr(row, field.attname)
        if field.attname in _OWN_KEYS or value in (None, "", {}, []):
            continue
        told[field.name] = str(getattr(row, field.name)) if isinstance(field, models.ForeignKey) else _json(value)
    return told


def _money(lead: Lead) -> dict[str, Any]:
    declared = financial.read(lead)
    told = {"monthly_income": declared.monthly_income, "dicom_status": declared.dicom_status, "debt": declared.debt}
    return {name: _json(value) for name, value in told.items() if value is not None}


def _history(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Every row of the log about the person, table by table."""
    told: dict[str, list[dict[str, Any]]] = {}
    for model in apps.get_models():
        if not hasattr(model, "pgh_id") or not getattr(model, "walled", False):
            continue
        columns = {field.attname for field in model._meta.concrete_fields}  # noqa: SLF001
        about = model._meta.get_field("pgh_obj").related_model  # noqa: SLF001
        column = "pgh_obj_id" if about is Lead else "lead_id" if "lead_id" in columns else ""
        if column:
            rows = model._default_manager.filter(broker_id=tenancy.current(), **{f"{column}__in": person.lead_ids})  # noqa: SLF001
            told[f"Historia: {_words(about)}"] = [_event(row) for row in rows.order_by("pgh_id")]
    return told


def _event(row: models.Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001
    return {
        name: _json(value)
        for name, value in values.items()
        if name not in _OWN_KEYS and value not in (None, "", {}, [])
    }


def _words(model: Any) -> str:  # noqa: ANN401 -- a model
    name = str(model._meta.verbose_name_plural)  # noqa: SLF001 -- Django's documented model API
    return name[:1].upper() + name[1:]


def _json(value: Any) -> Any:  # noqa: ANN401 -- a column's value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return "…"
    return value
