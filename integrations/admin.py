"""Webhooks in Django admin: to look at. They are made, changed and tried on their own page."""

from django.contrib import admin

from core.admin_base import TenantAdmin
from integrations.models import WebhookDelivery, WebhookEndpoint


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(TenantAdmin):
    """Where to; the secrets are nobody's to read."""

    list_display = ("name", "url", "is_active", "disabled_reason", "failures", "created_at")
    list_filter = ("is_active", "disabled_reason")
    search_fields = ("name", "url")
    ordering = ("name",)
    fields = ("name", "url", "events", "is_active", "disabled_at", "disabled_reason", "failures", "created_at")
    readonly_fields = fields
    can_add = can_change = can_delete = False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(TenantAdmin):
    """What was sent and what came of it."""

    list_display = ("event", "endpoint", "state", "attempts", "last_status", "last_attempt_at", "created_at")
    list_filter = ("state", "event")
    list_select_related = ("endpoint",)
    search_fields = ("subject", "event_id")
    ordering = ("-created_at",)
    fields = ("event", "event_id", "endpoint", "state", "attempts", "next_attempt_at", "last_status", "last_failure",
              "last_ms", "last_response", "payload", "created_at")  # fmt: skip
    readonly_fields = fields
    can_add = can_change = can_delete = False
