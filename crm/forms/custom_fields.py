"""Forms of the brokerage's own fields: their values in forms of a lead, and the fields themselves."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import fold
from crm import custom_fields, custom_values
from crm.custom_values import LONGEST, Definition, Value
from crm.enums import FieldKind
from crm.models import CustomField, Lead

if TYPE_CHECKING:  # generic for the type checker only
    _FieldForm = forms.ModelForm[CustomField]
else:
    _FieldForm = forms.ModelForm

UNKNOWN = ("", _("No se sabe"))


class OwnField(forms.CharField):
    """The value of one own field, typed in the reader's language, cleaned into what JSON holds."""

    def __init__(self, definition: Definition, *, stored: Value | None = None, required: bool = False) -> None:
        """`stored` may be an option that is no more: it stays on offer, so that saving the form does not lose it."""
        self.definition, self.stored = definition, stored
        widget = _widget(definition, stored)
        super().__init__(label=definition.label, required=required, max_length=LONGEST, widget=widget)

    def clean(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        """The value; None when blank."""
        text = super().clean(value)
        if self.stored is not None and text == custom_values.editable(self.stored):
            return self.stored
        return custom_values.typed(self.definition, text)


def own_fields(
    fields: Iterable[Definition], *, values: Mapping[str, Value] | None = None, ask: bool = False
) -> dict[str, forms.Field]:
    """Form fields by their prefixed names; with `ask` those the brokerage requires must be filled."""
    stands = values or {}
    return {
        field.name: OwnField(field, stored=stands.get(field.key), required=ask and field.required) for field in fields
    }


def initial(lead: Lead, fields: Iterable[Definition]) -> dict[str, str]:
    """The values of a lead as these form fields show them."""
    return {field.name: custom_values.editable(lead.custom.get(field.key)) for field in fields}


def _widget(definition: Definition, stored: Value | None) -> forms.Widget:
    if definition.kind == FieldKind.FLAG:
        return forms.Select(choices=[UNKNOWN, ("true", _("Sí")), ("false", _("No"))])
    if definition.kind == FieldKind.CHOICE:
        offered = dict.fromkeys([*definition.options, *([str(stored)] if stored not in {None, ""} else [])])
        return forms.Select(choices=[UNKNOWN, *((word, word) for word in offered)])
    if definition.kind == FieldKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    mode = {"inputmode": "decimal"} if definition.kind == FieldKind.NUMBER else {}
    return forms.TextInput(attrs={**mode, "autocomplete": "off"})


class FieldForm(_FieldForm):
    """An own field as the administration makes it; what it holds is settled once, because values rest on it."""

    options_text = forms.CharField(
        label=_("Opciones"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Una por línea. Si quitas una que ya se usa, los leads que la tienen la conservan."),
    )

    class Meta:
        model = CustomField
        fields = ("label", "kind", "required")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["label"].help_text = _("Como quieres leerlo en la ficha: «Mascotas», «Fecha de mudanza».")
        self.fields["required"].help_text = _("Las importaciones y la API pueden dejarlo en blanco.")
        self.fields["options_text"].initial = "\n".join(self.instance.options)
        if self.instance.pk:
            del self.fields["kind"]
            if self.instance.kind != FieldKind.CHOICE:
                del self.fields["options_text"]
        else:
            self.fields["kind"].choices = [("", _("Elige…")), *FieldKind.choices]  # type: ignore[attr-defined]
            self.fields["options_text"].help_text = _("Solo si el tipo es «Opciones»: una por línea.")

    def clean_label(self) -> str:
        """Refuse a name another field in use has."""
        label = " ".join(self.cleaned_data["label"].split())
        others = CustomField.objects.filter(archived_at=None).exclude(pk=self.instance.pk)
        if fold(label) in {fold(other) for other in others.values_list("label", flat=True)}:
            raise forms.ValidationError(_("Ya hay un campo con ese nombre."))
        return label

    def clean(self) -> dict[str, Any]:
        """A choice needs something to choose from."""
        values = super().clean() or self.cleaned_data
        kind = values.get("kind") or self.instance.kind
        options = custom_fields.options_of(values.get("options_text", "")) if kind == FieldKind.CHOICE else []
        if kind == FieldKind.CHOICE and not options:
            self.add_error("options_text", _("Escribe al menos una opción."))
        self.instance.options = options
        return values
