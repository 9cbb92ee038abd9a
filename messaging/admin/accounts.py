"""Channel accounts in Django admin: to look at, to try and to pause. They are connected on their own page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.admin_base import TenantAdmin
from messaging import accounts, connecting
from messaging.models import ChannelAccount


@admin.register(ChannelAccount)
class ChannelAccountAdmin(TenantAdmin):
    """How accounts are; their credentials are nobody's to read."""

    list_display = ("name", "channel", "provider", "address", "is_active", "is_default", "health", "checked_at")
    list_filter = ("channel", "provider", "health", "is_active")
    search_fields = ("name", "address")
    ordering = ("channel", "name")
    fields = (
        *("name", "channel", "provider", "address", "is_active", "is_default", "per_second", "per_day", "health"),
        *("trouble", "checked_at", "paused_at", "paused_because", "created_at"),
    )
    readonly_fields = fields
    actions = ("test", "pause", "resume")
    can_add = can_change = can_delete = False

    @admin.display(description=_("Qué pasa"))
    def trouble(self, account: ChannelAccount) -> str:
        """What the provider said, in words."""
        fault = connecting.said_of(account)
        return f"{fault.sentence} {fault.advice}" if fault else "–"

    @admin.action(description=_("Probar: preguntar al proveedor si funciona"), permissions=["view"])
    def test(self, request: HttpRequest, queryset: QuerySet[ChannelAccount]) -> None:
        """Have a job ask."""
        for account in queryset.order_by("pk"):
            accounts.ask_test(account, now=timezone.now())
        self.message_user(request, _("Preguntando: mira el resultado en un momento."))

    @admin.action(description=_("Poner en pausa"), permissions=["view"])
    def pause(self, request: HttpRequest, queryset: QuerySet[ChannelAccount]) -> None:
        """Send nothing for now."""
        user: Any = request.user
        for account in queryset.order_by("pk"):
            accounts.pause(account, because=str(_("Desde la administración")), by=Actor.of(user), now=timezone.now())

    @admin.action(description=_("Seguir enviando"), permissions=["view"])
    def resume(self, request: HttpRequest, queryset: QuerySet[ChannelAccount]) -> None:
        """Send again."""
        user: Any = request.user
        for account in queryset.order_by("pk"):
            accounts.resume(account, by=Actor.of(user))
