"""Outgoing webhooks: where to, and what was sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from integrations.enums import DeliveryState, EventType, Failure, OffReason


@audit.track(exclude=["secret", "previous_secret", "failures", "quick"])
class WebhookEndpoint(PublicTenantModel, ActedBy):
    """An address of another system that is told of events. `integrations.endpoints` owns it; secrets are sealed."""

    name = models.CharField(_("nombre"), max_length=80)
    url = models.CharField(_("dirección"), max_length=500)
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("eventos"))
    secret = models.BinaryField(editable=False)
    previous_secret = models.BinaryField(null=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    """Until when the previous secret signs beside the present one, after a rotation."""
    is_active = models.BooleanField(_("encendida"), default=True)
    disabled_at = models.DateTimeField(_("apagada"), null=True, editable=False)
    disabled_reason = models.CharField(max_length=8, choices=OffReason.choices, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    """Failed attempts since the last success, of all deliveries."""
    quick = models.BooleanField(default=False, editable=False)
    """Whether it took its last delivery within a second: only such ones are a worker's, the others the engine's."""
    created_at = models.DateTimeField(_("creada"), editable=False)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("disabled_reason", OffReason, name="integrations_webhook_off_reason", blank=True),
            models.CheckConstraint(
                condition=Q(is_active=True, disabled_at=None, disabled_reason="")
                | (Q(is_active=False, disabled_at__isnull=False) & ~Q(disabled_reason="")),
                name="integrations_webhook_off_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(PublicTenantModel):
    """One event on its way to one endpoint. `integrations.deliveries` owns its state; the lease says who sends it."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_constraint=False
    )
    event = models.CharField(_("evento"), max_length=24, choices=EventType.choices)
    event_id = models.UUIDField()
    """The same for every endpoint that is told, and for every attempt."""
    subject = models.UUIDField(null=True)
    """The public id of the lead it names, by which its personal data are found again (`deliveries.forget`)."""
    payload = models.JSONField()
    state = models.CharField(_("estado"), max_length=9, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("intentos"), default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_attempt_at = models.DateTimeField(_("último intento"), null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_ms = models.PositiveIntegerField(null=True)
    last_failure = models.CharField(max_length=9, choices=Failure.choices, blank=True)
    last_response = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(_("creada"))

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("entrega")
        verbose_name_plural = _("entregas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            one_of("event", EventType, name="integrations_delivery_event"),
            one_of("state", DeliveryState, name="integrations_delivery_state"),
            one_of("last_failure", Failure, name="integrations_delivery_failure", blank=True),
        ]
        indexes = [
            models.Index(
                fields=["broker", "endpoint", "next_attempt_at", "id"],
                condition=Q(state=DeliveryState.PENDING),
                name="integrations_delivery_due",
            ),
            models.Index(
                fields=["broker", "endpoint", "lease_until"],
                condition=Q(state=DeliveryState.PENDING, lease_until__isnull=False),
                name="integrations_delivery_held",
            ),
            models.Index(fields=["broker", "endpoint", "-created_at", "-id"], name="integrations_delivery_newest"),
            models.Index(fields=["broker", "subject"], name="integrations_delivery_subject"),
            models.Index(fields=["broker", "created_at"], name="integrations_delivery_old"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"
