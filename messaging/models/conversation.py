"""Conversations: one per lead, whatever the channel, and by which addresses a lead is known."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import Channel
from crm.models import Lead
from messaging.enums import ConversationState, Owner
from messaging.models.account import ChannelAccount


class Conversation(PublicTenantModel):
    """Everything said with one lead. `messaging.conversations` owns it; who has taken it over silences the agent."""

    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="conversations", db_constraint=False, db_index=False
    )
    state = models.CharField(
        _("estado"), max_length=8, choices=ConversationState.choices, default=ConversationState.OPEN
    )
    owner = models.CharField(_("responde"), max_length=6, choices=Owner.choices, default=Owner.NOBODY)
    taken_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    taken_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    unread = models.PositiveIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    """When the lead wrote what nobody has answered yet."""
    last_channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    last_at = models.DateTimeField()
    last_text = models.CharField(max_length=160, blank=True)
    last_direction = models.CharField(max_length=3, blank=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("conversación")
        verbose_name_plural = _("conversaciones")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            one_of("state", ConversationState, name="messaging_conversation_state"),
            one_of("owner", Owner, name="messaging_conversation_owner"),
            one_of("last_channel", Channel, name="messaging_conversation_channel", blank=True),
            models.UniqueConstraint(fields=["broker", "lead"], name="messaging_conversation_lead"),
            models.CheckConstraint(
                condition=Q(owner=Owner.USER, taken_by__isnull=False) | (~Q(owner=Owner.USER) & Q(taken_by=None)),
                name="messaging_conversation_taken",
            ),
        ]
        indexes = [
            models.Index(fields=["broker", "state", "-last_at", "-id"], name="messaging_conversation_newest"),
            models.Index(
                fields=["broker", "waiting_since"],
                condition=Q(waiting_since__isnull=False),
                name="messaging_conversation_wait",
            ),
        ]


class ChannelIdentity(TenantModel):
    """By what a lead is known at an account: a Telegram chat, a WhatsApp id. Bound once."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    address = models.CharField(max_length=120)
    name = models.CharField(max_length=160, blank=True)
    bound_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("dirección conocida")
        verbose_name_plural = _("direcciones conocidas")
        constraints = [
            models.UniqueConstraint(fields=["broker", "account", "address"], name="messaging_identity_address")
        ]
        indexes = [models.Index(fields=["broker", "lead"], name="messaging_identity_lead")]


class BindingLink(TenantModel):
    """A link that binds the chat it is opened from to a lead, once. The token itself is not kept."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["broker", "digest"], name="messaging_link_digest")]
        indexes = [models.Index(fields=["broker", "lead"], name="messaging_link_lead")]
