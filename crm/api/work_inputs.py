"""What the API takes for contacts and tasks, and the query parameters of their lists."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from core.api.fields import Choice, Identifier, Strict, Text, Whole
from crm import next_steps
from crm.api.inputs import Colleague
from crm.enums import Channel, InteractionKind, TaskKind
from crm.interactions import Contact

BY_HAND = [
    (kind.value, kind.label)
    for kind in InteractionKind
    if kind not in {InteractionKind.VISIT_KEPT, InteractionKind.VISIT_MISSED}
]
_LONGEST_CALL = 86_400
_CLOCKS_DIFFER = timedelta(minutes=5)
LEAD = OpenApiParameter("lead", OpenApiTypes.UUID, description="Only of this lead.")
ASSIGNEE = OpenApiParameter("assignee", OpenApiTypes.UUID, description="Only of this person.")
STATE = OpenApiParameter("state", str, enum=["open", "done"], description="Only open, or only done ones.")
UNREAD = OpenApiParameter("unread", str, enum=["true"], description="Only unread ones.")


class InteractionIn(Strict):
    """A contact that took place. Meetings are recorded by their own acts."""

    kind = Choice(choices=BY_HAND)
    channel = Choice(choices=Channel.choices, default="", allow_blank=True)
    at = serializers.DateTimeField(required=False, validators=next_steps.BETWEEN, help_text="Default: now.")
    seconds = Whole(min_value=0, max_value=_LONGEST_CALL, default=None, allow_null=True, help_text="Of a call.")
    note = Text(max_length=300, default="", allow_blank=True)

    def validate_at(self, value: Any) -> Any:  # noqa: ANN401 -- a datetime
        """What has not happened yet was no contact."""
        if value > timezone.now() + _CLOCKS_DIFFER:
            raise serializers.ValidationError(_("Eso todavía no pasa. Para algo que viene, crea una tarea."))
        return value

    def contact(self) -> Contact:
        """The contact as crm.interactions takes it."""
        values = dict(self.validated_data)
        kind, at = InteractionKind(values.pop("kind")), values.pop("at", None) or timezone.now()
        return Contact(kind, at, **values)


class TaskIn(Strict):
    """A task. With PATCH only what is given changes; the lead stays."""

    title = Text(max_length=160)
    kind = Choice(choices=TaskKind.choices, default=TaskKind.OTHER.value)
    due_at = serializers.DateTimeField(validators=next_steps.BETWEEN)
    remind_at = serializers.DateTimeField(default=None, allow_null=True, validators=next_steps.BETWEEN)
    assignee = Colleague(default=None, allow_null=True, help_text="Default: the caller.")


class NewTaskIn(TaskIn):
    """A new task, of a lead or of none."""

    lead = Identifier(default=None, allow_null=True)


def identifier(request: Request, name: str) -> UUID | None:
    """A query parameter that names something; raises ValidationError for what is no id."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise serializers.ValidationError({name: [_("No es un identificador.")]}) from error


def one_of(request: Request, name: str, values: tuple[str, ...]) -> str:
    """A query parameter with few values, "" when it is not given; raises ValidationError for another one."""
    text = request.query_params.get(name, "")
    if text and text not in values:
        raise serializers.ValidationError({name: [_("No es un valor posible.")]})
    return text
