"""Conversations and messages as the API shows and takes them."""

from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import NullIf
from rest_framework import serializers

from core.api.fields import Choice, Strict, Text
from core.api.rows import JsonObject, only_if
from crm.api.shapes import DoerOut, PersonOut
from crm.enums import Channel
from messaging import composing
from messaging.enums import ConversationState, Direction, Owner, Status
from messaging.gate.asking import WRITABLE

WRITABLE_CHOICES = [(channel.value, channel.label) for channel in WRITABLE]


class ConversationOut(serializers.Serializer[Any]):
    """A conversation as the API shows it."""

    id = serializers.UUIDField()
    lead = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ConversationState.choices)
    owner = serializers.ChoiceField(choices=Owner.choices, help_text="With `user` nothing writes by itself.")
    taken_by = PersonOut(allow_null=True)
    snoozed_until = serializers.DateTimeField(allow_null=True)
    unread = serializers.IntegerField()
    waiting_since = serializers.DateTimeField(allow_null=True)
    last_channel = serializers.ChoiceField(choices=Channel.choices, allow_null=True)
    last_direction = serializers.ChoiceField(choices=Direction.choices, allow_null=True)
    last_text = serializers.CharField()
    last_at = serializers.DateTimeField()


class MessageOut(serializers.Serializer[Any]):
    """A message as the API shows it."""

    id = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=Direction.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    subject = serializers.CharField()
    body = serializers.CharField()
    error_code = serializers.CharField(help_text="The provider's, or the gate's with `gate:` in front; empty for none.")
    created_at = serializers.DateTimeField()
    not_before = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    by = DoerOut()


class MessageIn(Strict):
    """A text for the lead."""

    channel = Choice(choices=WRITABLE_CHOICES)
    body = Text(max_length=composing.LONGEST)
    subject = Text(max_length=composing.LONGEST_SUBJECT, default="", allow_blank=True, help_text="Of an e-mail.")


def conversation_row() -> JsonObject:
    """A conversation as ConversationOut says."""
    taken = JsonObject(id=F("taken_by__public_id"), name=F("taken_by__name"))
    return JsonObject(
        *("state", "owner", "snoozed_until", "unread", "waiting_since", "last_text", "last_at"),
        id=F("public_id"),
        lead=F("lead__public_id"),
        taken_by=only_if(Q(taken_by__isnull=False), taken),
        last_channel=NullIf(F("last_channel"), Value("")),
        last_direction=NullIf(F("last_direction"), Value("")),
    )


def message_row() -> JsonObject:
    """A message as MessageOut says."""
    return JsonObject(
        *("direction", "channel", "status", "subject", "body", "error_code", "created_at", "not_before"),
        *("sent_at", "delivered_at", "read_at"),
        id=F("public_id"),
        by=JsonObject(kind=F("by_kind"), name=F("by_label")),
    )
