"""Channel accounts: through what a brokerage writes, and how fast it may."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import Channel
from messaging.enums import Health, Provider


@audit.track(exclude=["credentials", "health", "health_note", "checked_at"])
class ChannelAccount(PublicTenantModel, ActedBy):
    """An account of a brokerage at a provider. `messaging.accounts` owns it; credentials are sealed."""

    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    provider = models.CharField(_("proveedor"), max_length=10, choices=Provider.choices)
    name = models.CharField(_("nombre"), max_length=80)
    address = models.CharField(_("remitente"), max_length=254, blank=True)
    """The number, address or bot that leads see; one account worldwide per provider has it, but for simulated ones."""
    credentials = models.BinaryField(default=bytes, editable=False)
    token = models.CharField(max_length=43, editable=False)
    """Names the account in the addresses its provider calls; 256 random bits."""
    per_second = models.DecimalField(_("mensajes por segundo"), max_digits=6, decimal_places=2, default=1)
    per_day = models.PositiveIntegerField(_("mensajes por día"), null=True, blank=True)
    is_default = models.BooleanField(_("preferida de su canal"), default=False)
    is_active = models.BooleanField(_("encendida"), default=True)
    paused_at = models.DateTimeField(_("en pausa desde"), null=True, blank=True, editable=False)
    paused_because = models.CharField(max_length=200, blank=True, editable=False)
    health = models.CharField(max_length=8, choices=Health.choices, default=Health.UNTESTED, editable=False)
    health_note = models.CharField(max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("creada"), editable=False)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("cuenta de canal")
        verbose_name_plural = _("cuentas de canal")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("channel", Channel, name="messaging_account_channel"),
            one_of("provider", Provider, name="messaging_account_provider"),
            one_of("health", Health, name="messaging_account_health"),
            models.CheckConstraint(condition=Q(per_second__gt=0), name="messaging_account_speed"),
            models.UniqueConstraint(
                fields=["broker", "channel"], condition=Q(is_default=True), name="messaging_account_default"
            ),
            # Across brokerages on purpose: two that shared an address would read each other's answers.
            models.UniqueConstraint(
                fields=["provider", "address"],
                condition=~Q(provider=Provider.SANDBOX) & ~Q(address=""),
                name="messaging_account_address",
            ),
            models.UniqueConstraint(fields=["token"], name="messaging_account_token"),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelMeter(TenantModel):
    """How much an account may send now, one row each; apart from it, for it changes with every message."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="meters", db_constraint=False)
    tokens = models.FloatField(default=1)
    tokens_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    """Calls in a row that found nobody at the other end."""
    closed_until = models.DateTimeField(null=True)
    """The provider asked for a pause, or does not answer: nothing is begun before."""
    day = models.DateField(null=True)
    begun_today = models.PositiveIntegerField(default=0)
    served_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["broker", "account"], name="messaging_meter_account")]
