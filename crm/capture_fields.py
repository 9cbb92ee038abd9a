"""What a form may ask strangers: a few facts of a lead, a message, and the brokerage's own fields."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import phones
from core.phones import ParsedPhone
from crm.budgets import BudgetField
from crm.custom_values import PREFIX, Definition
from crm.enums import FieldKind, Operation, PropertyType, Timeline
from crm.forms.custom_fields import OwnField

LABELS: dict[str, Any] = {
    "name": _("Nombre"),
    "phone": _("Teléfono"),
    "email": _("Correo"),
    "operation": _("¿Qué quieres hacer?"),
    "property_type": _("Tipo de propiedad"),
    "location": _("Comuna o sector"),
    "bedrooms": _("Dormitorios"),
    "budget": _("Presupuesto"),
    "timeline": _("¿Para cuándo?"),
    "property_ref": _("Propiedad que te interesa"),
    "message": _("Mensaje"),
}
"""The facts a form may ask, in the order of the page; the brokerage's own fields come after them."""
WAYS = frozenset({"phone", "email"})
"""One of them at least is asked: without it nobody could answer."""
LONGEST_MESSAGE = 2000
_ROOMS = 50
_WHICH = ("", _("Elige una opción"))


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a form."""

    name: str
    required: bool = False


def asks(stored: Iterable[Mapping[str, Any]]) -> list[Ask]:
    """The stored questions of a form."""
    return [Ask(str(each.get("name", "")), bool(each.get("required"))) for each in stored]


def built(ask: Ask, own: Mapping[str, Definition], *, currency: str, country: str) -> forms.Field | None:
    """The form field of a question; None for an own field that is archived."""
    if ask.name.startswith(PREFIX):
        definition = own.get(ask.name)
        return _own(definition, required=ask.required) if definition else None
    if ask.name not in LABELS:
        return None
    field = _fact(ask.name, currency=currency, country=country)
    field.label, field.required = LABELS[ask.name], ask.required
    field.widget.is_required = ask.required
    return field


class PhoneField(forms.CharField):
    """A phone as people write it; what cannot be a number at all is refused, what may be one is taken."""

    def __init__(self, *, country: str) -> None:
        super().__init__(max_length=80, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        self.country = country

    def clean(self, value: Any) -> str:  # noqa: ANN401 -- Django's signature
        """The phone as typed."""
        text: str = super().clean(value)
        if text and not any(_dialable(number) for number in phones.parse(text, self.country).numbers):
            raise forms.ValidationError(
                _t("No parece un teléfono. Escríbelo con su código, por ejemplo +56 9 8765 4321.")
            )
        return text


def _dialable(number: ParsedPhone) -> bool:
    return bool(number.e164)


_CHOICES: dict[str, list[Any]] = {
    "operation": Operation.choices,
    "property_type": PropertyType.choices,
    "timeline": [pair for pair in Timeline.choices if pair[0] != Timeline.UNKNOWN],
}
_TEXTS = {"name": 160, "location": 120, "property_ref": 300}


def _fact(name: str, *, currency: str, country: str) -> forms.Field:
    """The field of one fact, without label."""
    if name in _CHOICES:
        return forms.ChoiceField(choices=[_WHICH, *_CHOICES[name]])
    if name in _TEXTS:
        known = {"autocomplete": "name"} if name == "name" else {}
        return forms.CharField(max_length=_TEXTS[name], widget=forms.TextInput(attrs=known))
    rooms = forms.NumberInput(attrs={"inputmode": "numeric"})
    made: dict[str, Callable[[], forms.Field]] = {
        "phone": lambda: PhoneField(country=country),
        "email": lambda: forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})),
        "bedrooms": lambda: forms.IntegerField(min_value=0, max_value=_ROOMS, localize=False, widget=rooms),
        "budget": lambda: BudgetField(unit=currency, help_text=_("Como lo digas: «5.200 UF», «180 millones».")),
        "message": lambda: forms.CharField(max_length=LONGEST_MESSAGE, widget=forms.Textarea(attrs={"rows": 4})),
    }
    return made[name]()


def _own(definition: Definition, *, required: bool) -> forms.Field:
    field = OwnField(definition, required=required)
    if isinstance(field.widget, forms.Select):
        offered = [each for each in field.widget.choices if each[0]]
        if definition.kind == FieldKind.CHOICE:
            offered = [(word, word) for word in definition.options]
        field.widget.choices = [_WHICH, *offered]
    return field
