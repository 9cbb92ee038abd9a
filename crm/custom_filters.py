"""Filters of leads by the brokerage's own fields: `cf_<key>`, for numbers and dates `cf_<key>_min` and `cf_<key>_max`.

They exist per request: only a request that names one asks for the definitions. A name that is no field is an error.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.db.models import Func, JSONField, TextField
from django.db.models import Value as JsonValue
from django.db.models.fields.json import KeyTextTransform, KeyTransform, KeyTransformIn
from django.db.models.lookups import Contains, GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.text import fold
from crm import custom_values
from crm.custom_values import PREFIX, Definition
from crm.enums import FieldKind
from crm.models import LeadQuerySet

RANGED = frozenset({FieldKind.NUMBER, FieldKind.DATE})
_ENDS = {"_min": ("gte", _("desde")), "_max": ("lte", _("hasta"))}
_MOST_VALUES, _MOST_NAMES = 50, 70


class Ask(NamedTuple):
    """What the dialog asks about a field: its name in the address, its label, and how (`options` for choices)."""

    name: str
    label: str
    type: str
    value: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()


def named(params: Iterable[str]) -> list[str]:
    """The names among a request's parameters that are filters by own fields."""
    return [name for name in params if name.startswith(PREFIX)]


def filters(names: Iterable[str], definitions: Iterable[Definition]) -> dict[str, "OwnFilter"]:
    """The filters for these names, some of which may be no field."""
    known = {name: (field, lookup, label) for field in definitions for name, lookup, label in _ways(field)}
    return {name: OwnFilter(*known.get(name, (None, "", name[:60]))) for name in list(names)[:_MOST_NAMES]}


def asks(definitions: Iterable[Definition], params: Any) -> list[Ask]:  # noqa: ANN401 -- a QueryDict
    """The dialog's questions, in the fields' order, with what the address says already."""
    found = []
    for field in definitions:
        if field.kind in RANGED:
            kind = "number" if field.kind == FieldKind.NUMBER else "date"
            found += [Ask(name, label, kind, params.get(name, "")) for name, _lookup, label in _ways(field)]
        else:
            found.append(_ask(field, params))
    return found


def word(definition: Definition | None, text: str) -> str:
    """A value of a filter as its chip says it."""
    if definition is not None and definition.kind == FieldKind.FLAG:
        return {"true": _t("Sí"), "false": _t("No")}.get(text, text)
    return custom_values.words(text)


class _Words(forms.MultipleChoiceField):
    """Several values, each of the field's kind."""

    def __init__(self, definition: Definition | None, **options: Any) -> None:  # noqa: ANN401 -- Django's
        super().__init__(required=False, **options)
        self.definition = definition

    def validate(self, value: list[str]) -> None:
        """Nothing beyond `clean`: the choices are the definition's."""

    def clean(self, value: Any) -> list[Any]:  # noqa: ANN401 -- Django's signature
        """The values; raises ValidationError for one that cannot be."""
        texts = [text for text in super().clean(value) if text.strip()][:_MOST_VALUES]
        if self.definition is None:
            raise forms.ValidationError(_("Ese campo no existe."))
        return [_read(self.definition, text) for text in texts]


class OwnFilter(django_filters.Filter):
    """One parameter about one field."""

    def __init__(self, definition: Definition | None, lookup: str, label: str) -> None:
        super().__init__(label=label)
        self.definition, self.lookup, self.title = definition, lookup, label

    @property
    def field(self) -> forms.Field:
        """The form field that checks it."""
        return _Words(self.definition, label=self.title)

    def filter(self, qs: LeadQuerySet, value: list[Any]) -> LeadQuerySet:
        """The leads that have one of the values, contain the text, or lie within."""
        if not value or self.definition is None:
            return qs
        key = self.definition.key
        if self.lookup == "contains":
            folded = Func(KeyTextTransform(key, "custom"), function="core_fold", output_field=TextField())
            return qs.filter(Contains(folded, value[-1]))
        stands = KeyTransform(key, "custom")
        if self.lookup == "in":
            return qs.filter(KeyTransformIn(stands, value))
        end = JsonValue(value[-1], output_field=JSONField())
        return qs.filter((GreaterThanOrEqual if self.lookup == "gte" else LessThanOrEqual)(stands, end))


def _ways(field: Definition) -> list[tuple[str, str, str]]:
    """(name, lookup, label) of the parameters about a field."""
    if field.kind in RANGED:
        return [(field.name + end, lookup, f"{field.label} {word}") for end, (lookup, word) in _ENDS.items()]
    return [(field.name, "contains" if field.kind == FieldKind.TEXT else "in", field.label)]


def _ask(field: Definition, params: Any) -> Ask:  # noqa: ANN401 -- a QueryDict
    if field.kind == FieldKind.TEXT:
        return Ask(field.name, field.label, "text", params.get(field.name, ""))
    chosen = params.getlist(field.name)
    offers = {"true": _t("Sí"), "false": _t("No")}
    if field.kind == FieldKind.CHOICE:
        offers = {text: text for text in (*field.options, *chosen)}
    options = tuple((text, label, text in chosen) for text, label in offers.items())
    return Ask(field.name, field.label, "choice", options=options)


def _read(field: Definition, text: str) -> Any:  # noqa: ANN401 -- what JSON holds, or a folded text
    """A filter's word as the lookup takes it. Any word of a choice may be asked for: old ones stand."""
    if "\x00" in text or len(text) > custom_values.LONGEST:
        raise forms.ValidationError(_("No es un valor posible."))
    if field.kind == FieldKind.TEXT:
        return fold(text)
    if field.kind == FieldKind.CHOICE:
        return text
    return custom_values.typed(field, text)
