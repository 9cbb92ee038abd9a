"""What was said, how it was sent, and what providers told, in Django admin: to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import waking
from core.admin_base import AppendOnlyAdmin
from messaging.models import Anomaly, ChannelIdentity, Conversation, Message, ProviderEvent, SendAttempt


class ParkedFilter(admin.SimpleListFilter):
    """Applied, waiting, or left for a person after five tries."""

    title = _("estado")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """The three states."""
        return [("parked", str(_("Apartado"))), ("waiting", str(_("Por aplicar"))), ("applied", str(_("Aplicado")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProviderEvent]) -> QuerySet[ProviderEvent]:
        """Events in the chosen state."""
        match self.value():
            case "parked":
                return queryset.filter(applied_at=None, tries__gte=ProviderEvent.MOST_TRIES)
            case "waiting":
                return queryset.filter(applied_at=None, tries__lt=ProviderEvent.MOST_TRIES)
            case "applied":
                return queryset.filter(applied_at__isnull=False)
        return queryset


@admin.register(ProviderEvent)
class ProviderEventAdmin(AppendOnlyAdmin):
    """What providers told; what could not be applied can be tried again once its cause is mended."""

    list_display = ("received_at", "account", "kind", "key", "applied_at", "tries", "error")
    list_filter = (ParkedFilter, "kind")
    list_select_related = ("account",)
    search_fields = ("key", "error")
    ordering = ("-received_at", "-id")
    actions = ("again",)

    @admin.action(description=_("Intentar aplicarlos otra vez"), permissions=["view"])
    def again(self, request: HttpRequest, queryset: QuerySet[ProviderEvent]) -> None:
        """Count no tries any more."""
        waiting = queryset.filter(applied_at=None).update(tries=0, error="")
        waking.on_commit("messaging.apply_events")
        self.message_user(request, _("Avisos por aplicar: %(n)d") % {"n": waiting})


@admin.register(Message)
class MessageAdmin(AppendOnlyAdmin):
    """Messages in and out."""

    list_display = ("created_at", "lead", "direction", "channel", "status", "account", "error_code", "by_label")
    list_filter = ("direction", "channel", "status")
    list_select_related = ("lead", "account")
    search_fields = ("provider_ref", "address", "dedupe_key", "lead__name")
    ordering = ("-created_at", "-id")
    exclude = ("html",)


@admin.register(SendAttempt)
class SendAttemptAdmin(AppendOnlyAdmin):
    """Each try to hand a message over."""

    list_display = ("claimed_at", "message", "number", "state", "http_status", "error_code", "provider_ref", "ended_at")
    list_filter = ("state",)
    list_select_related = ("message",)
    search_fields = ("provider_ref", "error_code", "key")
    ordering = ("-claimed_at", "-id")


@admin.register(Anomaly)
class AnomalyAdmin(AppendOnlyAdmin):
    """What should never happen."""

    list_display = ("at", "kind", "message")
    list_filter = ("kind",)
    list_select_related = ("message",)
    ordering = ("-at", "-id")


@admin.register(ChannelIdentity)
class ChannelIdentityAdmin(AppendOnlyAdmin):
    """By what leads are known at accounts."""

    list_display = ("address", "name", "lead", "account", "bound_at", "blocked_at")
    list_select_related = ("lead", "account")
    search_fields = ("address", "name", "lead__name")
    ordering = ("-bound_at", "-id")


@admin.register(Conversation)
class ConversationAdmin(AppendOnlyAdmin):
    """Where conversations stand, and who has them."""

    list_display = ("lead", "state", "owner", "taken_by", "unread", "waiting_since", "last_channel", "last_at")
    list_filter = ("state", "owner", "last_channel")
    list_select_related = ("lead", "taken_by")
    search_fields = ("lead__name",)
    ordering = ("-last_at", "-id")
