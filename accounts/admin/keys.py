"""Invitations, tokens and visits in Django admin."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import invitations, tokens
from accounts.models import AdminVisit, ApiToken, Invitation
from core.admin_base import PlatformAdmin, TenantAdmin


class BrokersOwn(TenantAdmin):
    """Rows outside row security that belong to a brokerage by `broker_path`: filtered here, always."""

    broker_path = "broker"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of the open brokerage; none without one."""
        broker = getattr(request, "broker", None)
        found = super().get_queryset(request)
        return found.filter(**{self.broker_path: broker}) if broker else found.none()


@admin.register(Invitation)
class InvitationAdmin(BrokersOwn):
    """Who was invited. A new one is mailed; its link is shown once."""

    list_display = ("email", "role", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("invited_by",)
    search_fields = ("email",)
    fields = ("email", "role")
    actions = ("revoke",)
    can_change = can_delete = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ANN401
        """Invite through the one function that does."""
        by: Any = request.user
        broker: Any = request.broker  # type: ignore[attr-defined] # may_enter says there is one
        inviter = by if by.broker_id == broker.pk else None  # a stranger's name has no place in the brokerage's mail
        try:
            made, link = invitations.invite(
                broker=broker, email=obj.email, role=obj.role, by=inviter, now=timezone.now()
            )
        except invitations.AlreadyMember:
            self.message_user(request, _t("Ya está en el equipo."), messages.ERROR)
            return
        obj.pk, obj.broker = made.pk, broker
        self.message_user(request, _t("Enlace, se muestra una vez: %s") % link)

    @admin.action(description=_("Retirar la invitación"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Kill the links."""
        by: Any = request.user
        for invitation in queryset:
            invitations.revoke(invitation=invitation, by=by, now=timezone.now())


@admin.register(ApiToken)
class ApiTokenAdmin(BrokersOwn):
    """API tokens without their secrets."""

    broker_path = "user__broker"
    list_display = ("name", "prefix", "user", "scope", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("scope",)
    list_select_related = ("user",)
    search_fields = ("name", "prefix")
    fields = list_display
    actions = ("revoke",)
    can_add = can_change = can_delete = False

    @admin.action(description=_("Revocar"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """End their life."""
        by: Any = request.user
        for token in queryset:
            tokens.revoke(token=token, by=by, now=timezone.now())


@admin.register(AdminVisit)
class AdminVisitAdmin(PlatformAdmin):
    """Which of us entered which brokerage, when."""

    list_display = ("at", "user", "broker")
    list_select_related = ("user", "broker")
    search_fields = ("user__email", "broker__name")
    ordering = ("-at",)
    can_add = can_change = can_delete = False
