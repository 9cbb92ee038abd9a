"""Forms of a lead's facts: one per section of its page."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.forms.models import fields_for_model
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Broker
from crm import next_steps
from crm.budgets import BudgetField, IncomeField, budget_text
from crm.custom_values import Definition
from crm.enums import DicomStatus
from crm.financial import Declared
from crm.forms.custom_fields import own_fields
from crm.models import Lead

_LABELS = {
    "name": _("Nombre"),
    "phone_raw": _("Teléfono"),
    "email": _("Correo"),
    "source": _("Origen"),
    "country": _("País"),
    "language": _("Idioma"),
    "referred_by_name": _("Viene de parte de"),
    "operation": _("Operación"),
    "property_type": _("Tipo de propiedad"),
    "location": _("Comuna o sector"),
    "purpose": _("Para qué"),
    "timeline": _("Plazo"),
    "property_ref": _("Propiedad consultada"),
    "next_action_at": _("Próximo paso"),
    "treatment_type": _("Tratamiento"),
    "qualification": _("Calificación"),
}
_HELPS = {
    "phone_raw": _("Como venga: «9 9824 8519», «+56 9…». Si son dos, sepáralos con «/»."),
    "source": _("De dónde llegó: portal, referido, letrero…"),
    "property_ref": _("Código, dirección o enlace de la propiedad por la que preguntó."),
}
_MOST_ROOMS = 99


def _fields(*names: str) -> dict[str, forms.Field]:
    built: dict[str, forms.Field] = fields_for_model(Lead, fields=names)
    for name, field in built.items():
        field.label, field.help_text = _LABELS.get(name, field.label), _HELPS.get(name, "")
        if isinstance(field, forms.ChoiceField):
            offered = cast("Iterable[tuple[str, Any]]", field.choices)
            field.choices = [(value, label if value else _("No se sabe")) for value, label in offered]
    return built


def _hint(field: forms.Field, kind: str) -> None:
    """Let a field tell at once how it is read; the answer goes below it."""
    field.widget.attrs |= {
        "hx-post": reverse("crm:lead-hint", args=[kind]),
        "hx-trigger": "change, input changed delay:400ms",
        "hx-target": f"#hint-{kind}",
        "hx-swap": "innerHTML",
        "hx-include": "closest form",
        "hx-sync": "this:replace",
    }


class SectionForm(forms.Form):
    """A part of a lead's fields. `changes` are the values as `crm.leads.edit` takes them."""

    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, broker: Broker, **options: Any) -> None:  # noqa: ANN401 -- Django's
        """`broker` gives the currency and the country figures are read by."""
        super().__init__(*args, **options)
        self.broker = broker
        self.fields.update(_fields(*self.names))
        if "phone_raw" in self.fields:
            _hint(self.fields["phone_raw"], "phone")
            self.fields["phone_raw"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        if "source" in self.fields:
            self.fields["source"].widget.attrs["list"] = "lead-sources"

    @classmethod
    def initial_of(cls, lead: Lead) -> dict[str, Any]:
        """The values of a lead as the form shows them."""
        return {name: getattr(lead, name) for name in cls.names}

    def clean_email(self) -> str:
        """Addresses are compared as they stand, in lower case."""
        return str(self.cleaned_data["email"]).lower()

    def changes(self) -> dict[str, Any]:
        """The values typed, by the names of the lead's fields."""
        return {name: self.cleaned_data[name] for name in self.names}

    def fields_of(self, names: Iterable[str]) -> set[str]:
        """The form's fields that stand for these fields of a lead."""
        return {"budget" if name.startswith("budget_") else name for name in names} & set(self.fields)


class ContactForm(SectionForm):
    """Who it is and how to reach them."""

    names = ("name", "phone_raw", "country", "email", "source", "referred_by_name", "language")


class SearchForm(SectionForm):
    """What they look for."""

    names = (
        "operation",
        "property_type",
        "location",
        "bedrooms",
        "bathrooms",
        "purpose",
        "timeline",
        "property_ref",
    )

    def __init__(self, *args: Any, broker: Broker, **options: Any) -> None:  # noqa: ANN401 -- Django's
        super().__init__(*args, broker=broker, **options)
        for name, label in (("bedrooms", _("Dormitorios")), ("bathrooms", _("Baños"))):
            self.fields[name] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=_MOST_ROOMS, localize=False
            )


class FollowForm(SectionForm):
    """What comes next."""

    names = ("next_action_at", "treatment_type")

    def __init__(self, *args: Any, broker: Broker, **options: Any) -> None:  # noqa: ANN401 -- Django's
        super().__init__(*args, broker=broker, **options)
        self.fields["next_action_at"].widget = forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        )
        self.fields["next_action_at"].validators += next_steps.BETWEEN

    def clean_next_action_at(self) -> Any:  # noqa: ANN401 -- a datetime or None
        """Minutes are enough: a widget that knows no seconds must not change the stored value by dropping them."""
        typed, stored = self.cleaned_data["next_action_at"], self.initial.get("next_action_at")
        same = typed and stored and typed == stored.replace(second=0, microsecond=0)
        return stored if same else typed


class MoneyForm(SectionForm):
    """What they can pay; the financial profile only for those who may see it."""

    names = ("qualification",)

    def __init__(self, *args: Any, broker: Broker, with_profile: bool = False, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, broker=broker, **options)
        self.fields = {"budget": budget_field(broker), **self.fields}
        if with_profile:
            self.fields |= {
                "monthly_income": IncomeField(label=_("Ingreso mensual declarado"), unit=broker.currency),
                "dicom_status": forms.ChoiceField(label=_("DICOM declarado"), choices=DicomStatus.choices),
                "debt": IncomeField(label=_("Deuda declarada"), unit=broker.currency),
            }

    @classmethod
    def initial_of(cls, lead: Lead) -> dict[str, Any]:
        """The budget as a sentence."""
        locale = get_language() or "es"
        text = budget_text(lead.budget_min, lead.budget_amount, lead.budget_unit, locale)
        return {"qualification": lead.qualification, "budget": text}

    def changes(self) -> dict[str, Any]:
        """Amount, lower bound and unit of what was typed."""
        typed = {"qualification": self.cleaned_data["qualification"]}
        return typed | budget_columns(self.cleaned_data["budget"]) if "budget" in self.changed_data else typed

    def declared(self) -> Declared | None:
        """The financial profile as typed; None when the form does not show it."""
        if "dicom_status" not in self.fields:
            return None
        values = self.cleaned_data
        return Declared(values["monthly_income"], DicomStatus(values["dicom_status"]), values["debt"])


class CustomForm(SectionForm):
    """The brokerage's own fields."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's
        broker: Broker,
        own: Iterable[Definition] = (),
        lead: Lead | None = None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        """`own` are the fields, `lead` gives the values that stand although their option went."""
        super().__init__(*args, broker=broker, **options)
        self.fields |= own_fields(own, values=lead.custom if lead else {})

    def changes(self) -> dict[str, Any]:
        """The values by their prefixed names."""
        return {name: self.cleaned_data[name] for name in self.fields}


def budget_field(broker: Broker) -> BudgetField:
    """The field of a budget in words, which tells at once how it is read."""
    help_text = _("Como lo diga: «5.200 UF», «180 millones», «entre 4.000 y 5.000 UF».")
    field = BudgetField(label=_("Presupuesto"), unit=broker.currency, help_text=help_text)
    _hint(field, "budget")
    return field


def budget_columns(reading: Any) -> dict[str, Any]:  # noqa: ANN401 -- a BudgetReading or None
    """A reading as the lead's three columns."""
    if reading is None:
        return {"budget_amount": None, "budget_min": None, "budget_unit": ""}
    return {"budget_amount": reading.amount_max, "budget_min": reading.amount_min, "budget_unit": str(reading.unit)}


SECTIONS: dict[str, type[SectionForm]] = {
    "contact": ContactForm,
    "search": SearchForm,
    "follow": FollowForm,
    "money": MoneyForm,
    "custom": CustomForm,
}
"""The sections of a lead's page by their names in URLs."""
