"""What the API takes for leads: bodies checked into what `crm.leads` wants."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import time_zones
from accounts.enums import Country, Currency, Language
from accounts.models import User
from core import tenancy
from core.api.fields import Amount, Choice, Email, Identifier, Strict, Text, Whole
from crm import custom_fields, enums, next_steps
from crm.merging.facts import FACTS
from crm.models import Lead

_MOST_TAGS = 30
_ROOMS = 100


@extend_schema_field({"type": "string", "format": "uuid", "description": "A person of the brokerage."})
class Colleague(Identifier):
    """A user of the same brokerage by public id; anybody else does not exist."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 -- DRF's signature
        """The user; raises ValidationError."""
        wanted = super().to_internal_value(data)
        found = User.objects.filter(broker_id=tenancy.current(), public_id=wanted, is_active=True).first()
        if found is None:
            raise serializers.ValidationError(_("Esa persona no existe."))
        return found


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        "description": "Values of the brokerage's own fields by key (/custom-fields/ lists them); null clears one. "
        "With PATCH the fields that are not named stay as they are.",
    }
)
class CustomValues(serializers.DictField):
    """Values of own fields by key, each of its field's kind; unknown keys are refused."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:  # noqa: ANN401 -- DRF's signature
        """The checked values; raises ValidationError by key."""
        given = super().to_internal_value(data)
        if not given:
            return {}
        try:
            return dict(custom_fields.checked(given, custom_fields.definitions()))
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.message_dict) from error


@extend_schema_field({"type": "string", "format": "uuid", "description": "The lead who referred this one."})
class KnownLead(Identifier):
    """A lead the caller may see, by public id; any other does not exist."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 -- DRF's signature
        """The lead; raises ValidationError."""
        wanted = super().to_internal_value(data)
        found = Lead.objects.visible_to(self.context["user"]).filter(public_id=wanted).first()
        if found is None:
            raise serializers.ValidationError(_("Ese lead no existe."))
        return found


class BudgetIn(Strict):
    amount = Amount()
    min = Amount(required=False, allow_null=True, default=None)
    unit = Choice(choices=Currency.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A range begins before it ends."""
        if attrs["min"] is not None and attrs["min"] > attrs["amount"]:
            raise serializers.ValidationError({"min": [_("No puede superar a «amount».")]})
        return attrs


class LeadIn(Strict):
    """The fields of a lead that a caller may write. With PUT and POST what is missing takes its default."""

    name = Text(max_length=160, default="", allow_blank=True)
    phone = Text(
        max_length=80, default="", allow_blank=True, help_text="As people write it; stored as typed and as E.164."
    )
    email = Email(max_length=254, default="", allow_blank=True)
    source = Text(max_length=60, default="", allow_blank=True)  # type: ignore[assignment] # a field named like Field.source
    language = Choice(choices=Language.choices, required=False, help_text="Default: the brokerage's.")
    time_zone = Text(max_length=40, default="", allow_blank=True, help_text="Empty: the brokerage's.")
    country = Choice(choices=Country.choices, required=False, help_text="Default: the brokerage's.")
    qualification = Choice(choices=enums.Qualification.choices, default=enums.Qualification.PENDIENTE.value)
    treatment_type = Choice(choices=enums.TreatmentType.choices, default=enums.TreatmentType.MANUAL_FOLLOW_UP.value)
    next_action_at = serializers.DateTimeField(default=None, allow_null=True, validators=next_steps.BETWEEN)
    location = Text(max_length=120, default="", allow_blank=True)
    operation = Choice(choices=enums.Operation.choices, default="", allow_blank=True)
    property_type = Choice(choices=enums.PropertyType.choices, default="", allow_blank=True)
    bedrooms = Whole(min_value=0, max_value=_ROOMS, default=None, allow_null=True)
    bathrooms = Whole(min_value=0, max_value=_ROOMS, default=None, allow_null=True)
    purpose = Choice(choices=enums.Purpose.choices, default="", allow_blank=True)
    property_ref = Text(max_length=300, default="", allow_blank=True)
    timeline = Choice(choices=enums.Timeline.choices, default=enums.Timeline.UNKNOWN.value)
    referred_by_name = Text(max_length=160, default="", allow_blank=True)
    budget = BudgetIn(default=None, allow_null=True)
    custom = CustomValues(default=dict)
    referred_by = KnownLead(default=None, allow_null=True)
    assigned_to = Colleague(default=None, allow_null=True)
    tags = serializers.ListField(child=Text(max_length=40), max_length=_MOST_TAGS, default=list)

    def validate_time_zone(self, value: str) -> str:
        """An IANA name."""
        if value and value not in time_zones.known():
            raise serializers.ValidationError(_("No es una zona horaria (ejemplo: America/Santiago)."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Somebody must be recognisable: a name, a phone or an address."""
        if not self.partial and not (attrs["name"] or attrs["phone"] or attrs["email"]):
            raise serializers.ValidationError(_("Escribe al menos un nombre, un teléfono o un correo."))
        return attrs


class AssignIn(Strict):
    assigned_to = Colleague(required=False, allow_null=True, help_text="Null: nobody.")
    distribute = serializers.BooleanField(
        default=False,
        help_text="True, instead of a person: to whoever's turn it is. A lead with an owner stays theirs.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A person, nobody, or whoever's turn it is."""
        if attrs["distribute"] == ("assigned_to" in attrs):
            raise serializers.ValidationError(_("Di a quién («assigned_to») o «distribute», uno de los dos."))
        return attrs


SIDES = (("kept", "kept"), ("other", "other"))
_Choices = type("MergeChoices", (Strict,), {name: Choice(choices=SIDES, default="kept") for name in FACTS})


class MergeIn(Strict):
    other = Identifier(help_text="The lead that is merged into this one.")
    choices = _Choices(required=False, help_text="Where both say something different: whose word holds. Default: kept.")


class NoteIn(Strict):
    body = Text(max_length=10_000)


class OptOutIn(Strict):
    wording = Text(max_length=1000, default="", allow_blank=True, help_text="What the person said, in their words.")


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """Checked values as columns of a lead: `phone` is `phone_raw`, a budget three columns.

    Owner, tags and own fields stay out.
    """
    apart = {"budget", "assigned_to", "tags", "phone", "custom", "referred_by"}
    found = {name: value for name, value in values.items() if name not in apart}
    if "phone" in values:
        found["phone_raw"] = values["phone"]
    if "budget" in values:
        budget = values["budget"] or {"amount": None, "min": None, "unit": ""}
        found |= {f"budget_{name}": budget[name] for name in ("amount", "min", "unit")}
    return found
