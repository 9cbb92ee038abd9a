"""Who may call the API."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.enums import Scope
from accounts.models import ApiToken, User

if TYPE_CHECKING:  # views read the settings that name this module
    from rest_framework.views import APIView


class BrokerMember(BasePermission):
    """People of a brokerage (its block is open); a token that only reads may not write."""

    message = _("Esta llave solo puede leer, o la cuenta no es de una corredora.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the caller belongs to a brokerage and the token's scope covers the method."""
        user = request.user
        if not isinstance(user, User) or user.broker_id is None:
            return False
        reads = request.method in SAFE_METHODS
        return reads or not isinstance(request.auth, ApiToken) or request.auth.scope == Scope.WRITE


class BrokerAdmin(BrokerMember):
    """Those who run the brokerage."""

    message = _("Solo la administración puede hacer esto, y con una llave que pueda escribir.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the caller is a member who may, and an admin."""
        user = request.user
        return super().has_permission(request, view) and isinstance(user, User) and user.is_admin


class ReadOrAdmin(BrokerMember):
    """Everybody of the brokerage reads, its admins write."""

    message = BrokerAdmin.message

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the caller may do this."""
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        return BrokerAdmin().has_permission(request, view)
