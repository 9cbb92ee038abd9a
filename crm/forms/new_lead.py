"""The form of a new lead."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Broker, User
from crm.custom_values import PREFIX, Definition
from crm.enums import ConsentBasis, Stage
from crm.forms.custom_fields import own_fields
from crm.forms.sections import SectionForm, budget_columns, budget_field


class NewLeadForm(SectionForm):
    """A new lead: a way to reach somebody is enough."""

    names = ("name", "phone_raw", "email", "source", "operation", "property_type", "location")

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's
        broker: Broker,
        user: User,
        people: Iterable[User],
        own: Iterable[Definition] = (),
        **options: Any,  # noqa: ANN401
    ) -> None:
        """`people` are those `user` may give a lead to; of the brokerage's `own` fields those it requires are asked."""
        super().__init__(*args, broker=broker, **options)
        self.asked = own_fields([field for field in own if field.required], ask=True)
        self.people = {str(person.public_id): person for person in people}
        stages = [choice for choice in Stage.choices if choice[0] not in {Stage.GANADO, Stage.PERDIDO}]
        basis = [
            ("", _("No se sabe todavía")),
            *[pair for pair in ConsentBasis.choices if pair[0] != ConsentBasis.NONE],
        ]
        owners = [("", _("Nadie todavía")), *[(key, str(person)) for key, person in self.people.items()]]
        self.fields |= {
            "budget": budget_field(broker),
            "assigned": forms.ChoiceField(
                label=_("Responsable"), required=False, choices=owners, initial=str(user.public_id)
            ),
            "stage": forms.ChoiceField(label=_("Etapa"), required=False, choices=stages, initial=Stage.ENTRADA),
            "basis": forms.ChoiceField(
                label=_("¿Por qué podemos escribirle?"),
                required=False,
                choices=basis,
                help_text=_("Sin esto se le atiende a mano, pero no entra a campañas."),
            ),
            "referred_by": forms.UUIDField(required=False, widget=forms.HiddenInput),
            "note": forms.CharField(
                label=_("Nota"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
            ),
            **self.asked,
        }

    @property
    def own(self) -> list[forms.BoundField]:
        """The brokerage's own fields of the form."""
        return [self[name] for name in self.asked]

    @property
    def custom(self) -> dict[str, Any]:
        """Their values by key."""
        return {name.removeprefix(PREFIX): self.cleaned_data[name] for name in self.asked}

    def clean(self) -> dict[str, Any]:
        """Somebody must be behind it."""
        values = super().clean() or self.cleaned_data
        if not self.errors and not (values["name"] or values["phone_raw"] or values["email"]):
            raise forms.ValidationError(_("Anota al menos un nombre, un teléfono o un correo."))
        return values

    def changes(self) -> dict[str, Any]:
        """The lead's fields, the budget taken apart; the country is the brokerage's."""
        country = {"country": self.broker.country, "language": self.broker.language}
        return super().changes() | country | budget_columns(self.cleaned_data["budget"])

    @property
    def stage(self) -> Stage:
        """Where the lead starts."""
        return Stage(self.cleaned_data["stage"] or Stage.ENTRADA)

    @property
    def owner(self) -> User | None:
        """Who gets the lead."""
        return self.people.get(self.cleaned_data["assigned"])
