"""What the API shows of leads and their timeline: SQL expressions for the answer, serializers for the document."""

import json
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.enums import Country, Currency, Language
from core.actors import ActorKind
from core.api.rows import JsonObject, as_text, only_if, written
from crm import enums
from crm.models import CustomField, LeadQuerySet, LeadTag

_PLAIN = (
    *("name", "phone_e164", "email", "source", "source_detail", "language", "time_zone", "country"),
    *(
        "custom",
        "stage",
        "stage_entered_at",
        "version",
        "status",
        "score",
        "qualification",
        "treatment_type",
        "next_action_at",
    ),
    *("location", "operation", "property_type", "bedrooms", "bathrooms", "purpose", "property_ref", "timeline"),
    *("referred_by_name", "last_inbound_at", "last_outbound_at", "last_contact_at", "lost_reason", "lost_note"),
    *("opted_out_at", "created_at", "updated_at", "custom"),
)


class PersonOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


@extend_schema_field({"type": "string", "pattern": r"^\d+\.\d{2}$", "examples": ["5000.00"]})
class WrittenAmount(serializers.CharField):
    """A decimal as a string."""


class BudgetOut(serializers.Serializer[Any]):
    amount = WrittenAmount()
    min = WrittenAmount(allow_null=True, help_text="Where a range begins; `amount` is its end.")
    unit = serializers.ChoiceField(choices=Currency.choices)


class PriceOut(serializers.Serializer[Any]):
    amount = WrittenAmount()
    unit = serializers.ChoiceField(choices=Currency.choices)


class LeadOut(serializers.Serializer[Any]):
    """A lead as the API shows it."""

    id = serializers.UUIDField()
    phone = serializers.CharField(help_text="As typed.")
    phone_e164 = serializers.CharField(help_text="As dialled; empty when it is no number.")
    name = serializers.CharField()
    email = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # a field named like Field.source
    source_detail = serializers.DictField()
    language = serializers.ChoiceField(choices=Language.choices)
    time_zone = serializers.CharField()
    country = serializers.ChoiceField(choices=Country.choices)
    custom = serializers.DictField(help_text="Values of the brokerage's own fields by key.")
    stage = serializers.ChoiceField(choices=enums.Stage.choices)
    stage_entered_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Grows with every change.")
    status = serializers.ChoiceField(choices=enums.LeadStatus.choices)
    score = serializers.IntegerField(allow_null=True)
    qualification = serializers.ChoiceField(choices=enums.Qualification.choices)
    treatment_type = serializers.ChoiceField(choices=enums.TreatmentType.choices)
    next_action_at = serializers.DateTimeField(allow_null=True)
    location = serializers.CharField()
    operation = serializers.ChoiceField(choices=enums.Operation.choices, allow_blank=True)
    property_type = serializers.ChoiceField(choices=enums.PropertyType.choices, allow_blank=True)
    bedrooms = serializers.IntegerField(allow_null=True)
    bathrooms = serializers.IntegerField(allow_null=True)
    purpose = serializers.ChoiceField(choices=enums.Purpose.choices, allow_blank=True)
    property_ref = serializers.CharField()
    timeline = serializers.ChoiceField(choices=enums.Timeline.choices)
    referred_by_name = serializers.CharField()
    last_inbound_at = serializers.DateTimeField(allow_null=True)
    last_outbound_at = serializers.DateTimeField(allow_null=True)
    last_contact_at = serializers.DateTimeField(allow_null=True)
    lost_reason = serializers.ChoiceField(choices=enums.LostReason.choices, allow_blank=True)
    lost_note = serializers.CharField()
    opted_out_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    budget = BudgetOut(allow_null=True)
    closing_price = PriceOut(allow_null=True)
    assigned_to = PersonOut(allow_null=True)
    referred_by = serializers.UUIDField(allow_null=True, help_text="The lead who referred this one.")
    tags = serializers.ListField(child=serializers.CharField())


class CustomFieldOut(serializers.ModelSerializer[CustomField]):
    """A field of the brokerage's own: its values stand in `custom` of a lead, by `key`."""

    id = serializers.UUIDField(source="public_id")
    options = serializers.ListField(child=serializers.CharField(), help_text="The words of a choice.")
    required = serializers.BooleanField(  # type: ignore[assignment] # a field named like Field.required
        help_text="Asked for when people create a lead by hand."
    )

    class Meta:
        model = CustomField
        fields = ("id", "key", "label", "kind", "options", "required", "position")
        read_only_fields = fields


class DoerOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ActorKind.choices)
    name = serializers.CharField()


class TimelineOut(serializers.Serializer[Any]):
    """Something that happened to a lead."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=enums.TimelineKind.choices)
    at = serializers.DateTimeField()
    body = serializers.CharField()
    data = serializers.DictField(  # type: ignore[assignment] # a field named like Serializer.data
        help_text="Particulars for display, depending on the kind."
    )
    by = DoerOut()


def lead_row() -> JsonObject:
    """A lead as LeadOut says, for the brokerage in force."""
    budget = JsonObject(amount=written(F("budget_amount")), min=written(F("budget_min")), unit=F("budget_unit"))
    price = JsonObject(amount=written(F("closing_price")), unit=F("closing_unit"))
    owner = JsonObject(id=F("assigned_to__public_id"), name=F("assigned_to__name"))
    worn = LeadTag.objects.filter(lead=OuterRef("pk")).order_by("tag__name")
    return JsonObject(
        *_PLAIN,
        id=F("public_id"),
        phone=F("phone_raw"),
        budget=only_if(Q(budget_amount__isnull=False), budget),
        closing_price=only_if(Q(closing_price__isnull=False), price),
        assigned_to=only_if(Q(assigned_to__isnull=False), owner),
        referred_by=F("referred_by__public_id"),
        tags=ArraySubquery(worn.values("tag__name")),
    )


def timeline_row() -> JsonObject:
    """An entry as TimelineOut says."""
    by = JsonObject(kind=F("by_kind"), name=F("by_label"))
    return JsonObject("kind", "at", "body", "data", id=F("public_id"), by=by)


def lead_text(leads: LeadQuerySet) -> str:
    """The one lead of a queryset as JSON; raises Http404 when there is none."""
    text: str | None = leads.annotate(row=as_text(lead_row())).values_list("row", flat=True).first()
    if text is None:
        raise Http404
    return text


def lead_facts(leads: LeadQuerySet) -> dict[str, Any]:
    """The one lead of a queryset as a dictionary, for a problem that shows it."""
    facts: dict[str, Any] = json.loads(lead_text(leads))
    return facts
