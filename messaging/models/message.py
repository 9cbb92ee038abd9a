"""Messages out and in, and each try to send one."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import Channel, ConsentPurpose
from crm.models import Lead
from messaging.enums import ARRIVED, HELD, AnomalyKind, AttemptState, Direction, OnUnknown, Priority, Status
from messaging.models.account import ChannelAccount
from templates_app.models import TemplateVersion


class SendScope(TenantModel):
    """Something whose messages stop together: a campaign. It is written by its owner and locked by the gate."""

    key = models.CharField(max_length=60)
    running = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    """When its messages may leave, by the lead's clock; none of it set: whenever the rules allow. ISO weekdays."""

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["broker", "key"], name="messaging_scope_key")]

    def __str__(self) -> str:
        return self.key


OWN = "own"
"""`Message.why["to"]` of a template tried out at its sender's own address: nothing was said to the lead."""
TRIALS = Q(why__contains={"to": OWN})


class Message(PublicTenantModel, ActedBy):
    """One text of a lead's conversation. An outbound one is its own job; messaging.sending owns its status."""

    direction = models.CharField(_("dirección"), max_length=3, choices=Direction.choices)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    status = models.CharField(_("estado"), max_length=11, choices=Status.choices)
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="messages", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    address = models.CharField(_("dirección del lead"), max_length=254)
    purpose = models.CharField(max_length=14, choices=ConsentPurpose.choices, default=ConsentPurpose.TRANSACTIONAL)
    is_reply = models.BooleanField(default=False)
    """Written by a person, or the agent, in answer to the lead: no campaign, no reminder."""

    subject = models.CharField(_("asunto"), max_length=200, blank=True)
    body = models.TextField(_("texto"), blank=True)
    html = models.TextField(blank=True)
    content_sid = models.CharField(max_length=40, blank=True)
    content_variables = models.JSONField(default=dict, blank=True)
    attachments = models.JSONField(default=list, blank=True)
    """What came with it, as the provider names it: type, address, name. Nothing is fetched."""
    template_version = models.ForeignKey(
        TemplateVersion, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    why = models.JSONField(default=dict, blank=True)
    """What caused it, in facts: trigger, step, conditions."""
    checks = models.JSONField(default=list, blank=True)
    """What the gate said the last time it was asked: one entry per check."""

    scope = models.ForeignKey(
        SendScope, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    scope_version = models.PositiveIntegerField(null=True)
    dedupe_key = models.CharField(max_length=120, blank=True)
    """The same cause asks for a message twice and gets one; empty for inbound ones."""
    on_unknown = models.CharField(max_length=6, choices=OnUnknown.choices, default=OnUnknown.HOLD)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.CAMPAIGN)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt = models.UUIDField(null=True)
    lease_worker = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    provider_ref = models.CharField(max_length=200, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("mensaje")
        verbose_name_plural = _("mensajes")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("direction", Direction, name="messaging_message_direction"),
            one_of("channel", Channel, name="messaging_message_channel"),
            one_of("status", Status, name="messaging_message_status"),
            one_of("purpose", ConsentPurpose, name="messaging_message_purpose"),
            one_of("on_unknown", OnUnknown, name="messaging_message_on_unknown"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="messaging_message_priority"),
            models.CheckConstraint(
                condition=Q(direction=Direction.IN, status=Status.RECEIVED)
                | (
                    Q(direction=Direction.OUT, expires_at__isnull=False)
                    & ~Q(status=Status.RECEIVED)
                    & ~Q(dedupe_key="")
                ),
                name="messaging_message_way",
            ),
            models.CheckConstraint(
                condition=Q(status__in=HELD, lease_worker__isnull=False, lease_until__isnull=False)
                | (~Q(status__in=HELD) & Q(lease_worker=None, lease_until=None)),
                name="messaging_message_lease",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*HELD, Status.UNKNOWN]) | Q(attempt__isnull=False),
                name="messaging_message_attempt",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ARRIVED) | ~Q(provider_ref=""), name="messaging_message_arrived"
            ),
            models.UniqueConstraint(
                fields=["broker", "dedupe_key"], condition=~Q(dedupe_key=""), name="messaging_message_once"
            ),
            models.UniqueConstraint(
                fields=["broker", "account", "direction", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="messaging_message_ref",
            ),
        ]
        indexes = [
            models.Index(
                fields=["broker", "account", "priority", "not_before", "id"],
                condition=Q(status=Status.QUEUED),
                name="messaging_message_due",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(status__in=HELD), name="messaging_message_held"
            ),  # of all brokerages: whose worker died is looked for across them
            models.Index(fields=["expires_at"], condition=Q(status=Status.QUEUED), name="messaging_message_expiring"),
            models.Index(fields=["broker", "lead", "-created_at", "-id"], name="messaging_message_lead"),
            models.Index(
                fields=["broker", "status", "created_at", "id"],
                condition=Q(status__in=[Status.UNKNOWN, Status.UNCONFIRMED, Status.FAILED]),
                name="messaging_message_trouble",
            ),
            models.Index(
                fields=["broker", "scope", "status"], condition=Q(scope__isnull=False), name="messaging_message_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.direction} {self.status}"

    @property
    def is_trial(self) -> bool:
        """Whether it tried a template out at its sender's own address: no contact with the lead."""
        return bool(self.why.get("to") == OWN)


OPEN_ATTEMPTS = (AttemptState.CLAIMED, AttemptState.SENDING, AttemptState.UNKNOWN)


class SendAttempt(TenantModel):
    """One try to hand a message over. Its key is all the provider sees of us: callback address, Message-ID."""

    key = models.UUIDField()
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="tries", db_constraint=False, db_index=False
    )
    number = models.PositiveSmallIntegerField()
    worker = models.UUIDField()
    state = models.CharField(max_length=8, choices=AttemptState.choices)
    claimed_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    provider_ref = models.CharField(max_length=200, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    """When an unknown one is asked about next."""

    class Meta(TenantModel.Meta):
        verbose_name = _("intento de envío")
        verbose_name_plural = _("intentos de envío")
        constraints = [
            one_of("state", AttemptState, name="messaging_attempt_state"),
            models.UniqueConstraint(fields=["broker", "key"], name="messaging_attempt_key"),
            models.UniqueConstraint(fields=["broker", "message", "number"], name="messaging_attempt_number"),
            models.UniqueConstraint(
                fields=["broker", "message"], condition=Q(state__in=OPEN_ATTEMPTS), name="messaging_attempt_one_open"
            ),
            models.UniqueConstraint(
                fields=["broker", "message"],
                condition=Q(state=AttemptState.ACCEPTED),
                name="messaging_attempt_one_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["look_at"], condition=Q(state=AttemptState.UNKNOWN), name="messaging_attempt_unknown"),
            BrinIndex(fields=["claimed_at"], name="messaging_attempt_old"),  # what retention looks for: costs no write
        ]


class Anomaly(TenantModel):
    """Something that should never happen. The table is meant to stay empty."""

    kind = models.CharField(max_length=17, choices=AnomalyKind.choices)
    at = models.DateTimeField()
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    detail = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        verbose_name = _("anomalía de envío")
        verbose_name_plural = _("anomalías de envío")
        constraints = [one_of("kind", AnomalyKind, name="messaging_anomaly_kind")]
