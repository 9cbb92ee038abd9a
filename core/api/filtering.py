"""Filter sets in the API: their values checked, and their parameters in the OpenAPI document.

drf-spectacular would ask the model's manager, which refuses outside a brokerage.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_filters.filterset import FilterSet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError


def checked(filters: FilterSet) -> Any:  # noqa: ANN401 -- the queryset of whatever model
    """The rows that pass; raises ValidationError naming each wrong parameter."""
    if not filters.is_valid():  # type: ignore[no-untyped-call] # django-filter has no types
        raise ValidationError({name: [str(text) for text in texts] for name, texts in filters.form.errors.items()})
    try:
        return filters.qs
    except OverflowError as error:  # the day after the last one there is
        raise ValidationError(_("Una fecha está fuera de rango.")) from error


def parameters(filters: type[FilterSet]) -> list[OpenApiParameter]:
    """The query parameters of a filter set."""
    return [_parameter(name, known) for name, known in named(filters).items()]


def named(filters: type[FilterSet]) -> dict[str, Any]:
    """The filters of a set by their names in URLs."""
    known: dict[str, Any] = filters.base_filters  # type: ignore[attr-defined] # made by django-filter's metaclass
    return known


def _parameter(name: str, known: Any) -> OpenApiParameter:  # noqa: ANN401 -- a filter of django-filter
    field = known.field
    schema = _schema(field)
    many = isinstance(field, forms.MultipleChoiceField)
    if many:
        schema = {"type": "array", "items": schema}
    return OpenApiParameter(name, schema, explode=True if many else None, description=f"{known.label}.")


def _schema(field: forms.Field) -> dict[str, Any]:
    """JSON schema of one value. An empty value stands for no filter."""
    choices = [str(value) for value, _label in getattr(field, "choices", ()) if value]
    if choices:
        return {"type": "string", "enum": choices}
    if isinstance(field, forms.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, forms.DateField):
        return {"type": "string", "format": "date"}
    return {"type": "string", "maxLength": getattr(field, "max_length", None) or 100}
