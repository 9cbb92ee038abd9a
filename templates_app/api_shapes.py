"""Templates as the API shows and takes them."""

from typing import Any

from django.db.models import F, OuterRef, Subquery
from rest_framework import serializers

from accounts.enums import Language
from core.api.fields import Choice, Identifier, Strict, Text
from core.api.rows import JsonObject
from crm.enums import ConsentPurpose
from templates_app import library
from templates_app.checking import Text as Told
from templates_app.enums import AgentType, Approval, Category, TemplateChannel
from templates_app.library import Kind, Review
from templates_app.models import TemplateVersion
from templates_app.parsing import LARGEST
from templates_app.shaping import SUBJECT

TEXT = ("subject", "body", "html", "fallbacks", "content_sid", "category")
REVIEW = ("approval", "approval_note")


class TemplateOut(serializers.Serializer[Any]):
    """A template with the text in use."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    channel = serializers.ChoiceField(choices=TemplateChannel.choices)
    purpose = serializers.ChoiceField(choices=ConsentPurpose.choices)
    agent_type = serializers.ChoiceField(choices=[("", "any"), *AgentType.choices])
    language = serializers.ChoiceField(choices=Language.choices)
    version = serializers.IntegerField(help_text="Grows with every other text.")
    archived_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    subject = serializers.CharField(help_text="Of e-mails.")
    body = serializers.CharField(help_text="Liquid: variables, if, elsif, else, unless.")
    html = serializers.CharField(help_text="Of e-mails; empty where the text goes alone.")
    fallbacks = serializers.DictField(child=serializers.CharField(), help_text="What stands where a lead has no value.")
    content_sid = serializers.CharField(help_text="Of WhatsApp: Twilio's name of the approved text.")
    category = serializers.ChoiceField(choices=[("", "none"), *Category.choices])
    approval = serializers.ChoiceField(choices=Approval.choices)
    approval_note = serializers.CharField()


class TemplateIn(Strict):
    """A template. PUT takes all of it, PATCH what changes; channel and language stay as they were created."""

    name = Text(max_length=library.LONGEST_NAME)
    channel = Choice(choices=TemplateChannel.choices)
    purpose = Choice(choices=ConsentPurpose.choices, default=ConsentPurpose.MARKETING.value)
    agent_type = Choice(choices=AgentType.choices, default="", allow_blank=True)
    language = Choice(choices=Language.choices, default=Language.ES.value)
    subject = Text(max_length=SUBJECT, default="", allow_blank=True)
    body = Text(max_length=LARGEST, trim_whitespace=False)
    html = Text(max_length=LARGEST, default="", allow_blank=True, trim_whitespace=False)
    fallbacks = serializers.DictField(child=Text(max_length=200, allow_blank=True), default=dict)
    content_sid = Text(max_length=40, default="", allow_blank=True)
    category = Choice(choices=Category.choices, default="", allow_blank=True)
    approval = Choice(choices=Approval.choices, default=Approval.NOT_SENT.value)
    approval_note = Text(max_length=300, default="", allow_blank=True)

    def kind(self) -> Kind:
        """What kind is asked for."""
        values = self.validated_data
        return Kind(
            name=values["name"],
            channel=TemplateChannel(values["channel"]),
            purpose=ConsentPurpose(values["purpose"]),
            agent_type=values["agent_type"],
            language=values["language"],
        )

    def text(self, stands: TemplateVersion | None = None) -> Told:
        """What it shall say: what is given, the rest as it stands."""
        given = {name: self.validated_data[name] for name in TEXT if name in self.validated_data}
        kept = {name: getattr(stands, name) for name in TEXT} if stands else {}
        return Told(**(kept | given))

    def review(self, stands: TemplateVersion | None = None) -> Review | None:
        """Where Meta's review stands; None when nothing is said of it."""
        values = self.validated_data
        if not any(name in values for name in REVIEW):
            return None
        said = {name: values[name] if name in values else getattr(stands, name) for name in REVIEW}
        return Review(Approval(said["approval"]), said["approval_note"])


class PreviewIn(Strict):
    """Whom to try it on."""

    lead_id = Identifier(default=None, allow_null=True, help_text="Default: made-up values.")


class PreviewOut(serializers.Serializer[Any]):
    """The text as it would arrive. Where something is `missing` it would not be sent."""

    subject = serializers.CharField()
    body = serializers.CharField()
    html = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())
    problem = serializers.ChoiceField(choices=["", "too_long", "empty", "broken"])
    content_variables = serializers.DictField(child=serializers.CharField())


class VariableOut(serializers.Serializer[Any]):
    """A variable texts may use."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field named like Field.label
    example = serializers.CharField()
    given = serializers.BooleanField(help_text="Comes from a meeting or a link, not from the lead.")


def template_row() -> JsonObject:
    """A template as TemplateOut says."""
    columns = (*TEXT, *REVIEW)
    used = TemplateVersion.objects.filter(template=OuterRef("pk"), number=OuterRef("version"))
    text = {name: Subquery(used.values(name)[:1]) for name in columns}
    plain = ("name", "channel", "purpose", "agent_type", "language", "version")
    return JsonObject(*plain, "archived_at", "created_at", "updated_at", id=F("public_id"), **text)
