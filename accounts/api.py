"""The caller, as the API tells it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import api_schemes as api_schemes  # noqa: PLC0414 -- it registers itself
from accounts.api_authentication import brokerage, person
from accounts.enums import Country, Currency, Language, Role, Scope
from accounts.models import ApiToken
from core.api.openapi import answers


class BrokerOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    country = serializers.ChoiceField(choices=Country.choices)
    currency = serializers.ChoiceField(choices=Currency.choices)
    time_zone = serializers.CharField()


class TokenOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=Scope.choices)
    expires_at = serializers.DateTimeField(allow_null=True)


class MeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    language = serializers.ChoiceField(choices=Language.choices)
    time_zone = serializers.CharField()
    broker = BrokerOut()
    token = TokenOut(allow_null=True, help_text="The token of this call; null with a session.")


class Me(APIView):
    """Who the caller is."""

    @extend_schema(tags=["account"], operation_id="me", responses=answers(MeOut))
    def get(self, request: Request) -> Response:
        """Tell the caller's name, role, brokerage and token."""
        user = person(request)
        broker = brokerage(request)
        token = request.auth if isinstance(request.auth, ApiToken) else None
        known = {
            "id": user.public_id,
            "email": user.email,
            "name": user.name,
            "role": user.role,
            "language": user.language,
            "time_zone": str(user.zone),
            "broker": {"id": broker.public_id} | {name: getattr(broker, name) for name in _BROKER},
            "token": token and {"name": token.name, "scope": token.scope, "expires_at": token.expires_at},
        }
        return Response(known)


_BROKER = ("name", "slug", "country", "currency", "time_zone")
