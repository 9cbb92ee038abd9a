"""What providers tell us, as they told it, once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.tenant_models import TenantModel
from messaging.enums import EventKind
from messaging.models.account import ChannelAccount


class ProviderEvent(TenantModel):
    """A verified call of a provider. `messaging.inbound` stores it once and applies it once."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    key = models.CharField(max_length=160)
    """What the provider names the event by: message and state, update id."""
    kind = models.CharField(max_length=7, choices=EventKind.choices)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    MOST_TRIES = 5
    """After so many it waits for a person; `messaging_events_waiting` knows the number too."""

    class Meta(TenantModel.Meta):
        verbose_name = _("aviso de proveedor")
        verbose_name_plural = _("avisos de proveedores")
        constraints = [
            one_of("kind", EventKind, name="messaging_event_kind"),
            models.UniqueConstraint(fields=["broker", "account", "key"], name="messaging_event_once"),
        ]
        indexes = [
            models.Index(fields=["received_at", "id"], condition=Q(applied_at=None), name="messaging_event_waiting"),
            models.Index(fields=["broker", "received_at"], name="messaging_event_old"),
        ]
