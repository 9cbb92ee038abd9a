"""Conversations: list, messages, send, take over, release."""

from http import HTTPStatus
from typing import NoReturn
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from core.api import rows
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.problems import Problem
from core.keyset import Order
from crm.api.work_inputs import LEAD, identifier
from crm.enums import Channel
from messaging import composing, conversations, outbox
from messaging.composing import Wish
from messaging.gate import words
from messaging.inbox import boxes
from messaging.inbox.api_shapes import ConversationOut, MessageIn, MessageOut, conversation_row, message_row
from messaging.models import TRIALS, Conversation, Message

_REFUSED = "The gate refuses it; `reason` is its code, `detail` says why and what to do."
_HELD = "Somebody else of the team has it; `detail` says who."
_BOX = OpenApiParameter(
    "box", str, enum=[*boxes.BOXES], description="Whose and in which state; all open ones unless given."
)


class LatestFirst(Newest):
    """By what was said last."""

    orders = (Order("latest", "last_at", descending=True, timed=True),)


class ConversationList(GenericAPIView[Conversation]):
    """Conversations with leads the caller may see."""

    serializer_class = ConversationOut
    pagination_class = LatestFirst
    filter_backends = ()

    @extend_schema(
        tags=["conversations"],
        operation_id="conversations_list",
        parameters=[_BOX, LEAD],
        responses=answers(ConversationOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List conversations, the latest first."""
        box, lead = request.query_params.get("box", ""), identifier(request, "lead")
        if box and box not in boxes.BOXES:
            raise serializers.ValidationError({"box": [_("No hay tal bandeja.")]})
        found = boxes.within(box, person(request), now=timezone.now()) if box else boxes.visible_to(person(request))
        if lead:
            found = found.filter(lead__public_id=lead)
        return LatestFirst().page(found, conversation_row(), request)


class ConversationDetail(APIView):
    """One conversation."""

    @extend_schema(
        tags=["conversations"], operation_id="conversations_read", responses=answers(ConversationOut, missing=True)
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a conversation."""
        return _respond(_one(request, public_id))


class ConversationMessages(GenericAPIView[Message]):
    """What was said."""

    serializer_class = MessageOut
    pagination_class = Newest
    filter_backends = ()

    @extend_schema(
        tags=["conversations"],
        operation_id="conversations_messages",
        responses=answers(MessageOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """List the messages of a conversation, newest first."""
        held = _one(request, public_id)
        said = Message.objects.filter(lead_id=held.lead_id).exclude(TRIALS)
        return Newest().page(said, message_row(), request)


class ConversationSend(APIView):
    """Writing to the lead."""

    @extend_schema(
        tags=["conversations"],
        operation_id="conversations_send",
        request=MessageIn,
        responses=answers(MessageOut, status=202, body=True, missing=True, _409=_REFUSED),
        examples=[example("By WhatsApp", {"channel": "whatsapp", "body": "Hola, ¿te queda bien el martes?"})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Queue a message. It is sent once the gate lets it through; read it again to see what became of it."""
        form = MessageIn(data=request.data)
        form.is_valid(raise_exception=True)
        held = _one(request, public_id)
        wish = Wish(**{**form.validated_data, "channel": Channel(form.validated_data["channel"])}, key=uuid4())
        try:
            message = composing.send(held.lead, wish, by=actor(request), now=timezone.now())
        except (composing.Refused, outbox.NoAccount) as error:
            raise refusal(error) from error
        return queued(message)


class ConversationTake(APIView):
    """Taking over."""

    @extend_schema(
        tags=["conversations"],
        operation_id="conversations_take",
        request=None,
        responses=answers(ConversationOut, missing=True, _409=_HELD),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Take a conversation over: nothing writes by itself until it is released. A repeat changes nothing."""
        held = _one(request, public_id)
        try:
            conversations.take(held, by=actor(request), now=timezone.now())
        except conversations.TakenOver as error:
            _held_by(error)
        except conversations.NoPerson as error:
            raise PermissionDenied from error
        return _respond(held)


class ConversationRelease(APIView):
    """Giving back."""

    @extend_schema(
        tags=["conversations"],
        operation_id="conversations_release",
        request=None,
        responses=answers(ConversationOut, missing=True, _409=_HELD),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Release a conversation; admins may release what somebody else has. A repeat changes nothing."""
        held = _one(request, public_id)
        try:
            conversations.release(held, by=actor(request), now=timezone.now(), anyway=person(request).is_admin)
        except conversations.TakenOver as error:
            _held_by(error)
        return _respond(held)


def refusal(error: composing.Refused | outbox.NoAccount) -> Problem:
    """What the gate refuses, as the API says it."""
    if isinstance(error, outbox.NoAccount):
        facts, told = {"reason": "no_account"}, words.of_code("no_account")
    else:
        reason = error.verdict.reason
        facts, told = {"reason": reason.code if reason else ""}, words.of(reason) if reason else words.Words("")
    return Problem(HTTPStatus.CONFLICT, "refused-by-gate", f"{told.text} {told.todo}".strip(), facts=facts)


def queued(message: Message) -> HttpResponse:
    """A message that was taken in, and may be sent later."""
    stored = Message.objects.filter(pk=message.pk).annotate(row=rows.as_text(message_row()))
    return rows.respond(stored.values_list("row", flat=True).get(), status=HTTPStatus.ACCEPTED)


def _seen(request: Request) -> QuerySet[Conversation]:
    return boxes.visible_to(person(request)).select_related("lead")


def _one(request: Request, public_id: UUID) -> Conversation:
    held = _seen(request).filter(public_id=public_id).first()
    if held is None:
        raise Http404
    return held


def _held_by(error: conversations.TakenOver) -> NoReturn:
    detail = _("La tiene %(name)s.") % {"name": error.who}
    raise Problem(HTTPStatus.CONFLICT, "taken-over", detail) from error


def _respond(held: Conversation) -> HttpResponse:
    stored = Conversation.objects.filter(pk=held.pk).annotate(row=rows.as_text(conversation_row()))
    return rows.respond(stored.values_list("row", flat=True).get())


urlpatterns = [
    path("conversations/", ConversationList.as_view(), name="conversations"),
    path("conversations/<uuid:public_id>/", ConversationDetail.as_view(), name="conversation"),
    path("conversations/<uuid:public_id>/messages/", ConversationMessages.as_view(), name="messages"),
    path("conversations/<uuid:public_id>/send/", ConversationSend.as_view(), name="send"),
    path("conversations/<uuid:public_id>/take/", ConversationTake.as_view(), name="take"),
    path("conversations/<uuid:public_id>/release/", ConversationRelease.as_view(), name="release"),
]
