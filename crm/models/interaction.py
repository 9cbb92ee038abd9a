"""Contacts with a lead: who wrote, called or came, and when. Score, inactivity and replies rest on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.enums import Channel, InteractionKind
from crm.models.lead import Lead


class Interaction(PublicTenantModel, ActedBy):
    """One contact. `seconds` is the length of a call; `reply_seconds` how long they, or we, took to answer."""

    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="interactions", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("qué"), max_length=16, choices=InteractionKind.choices)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices, blank=True)
    at = models.DateTimeField(_("cuándo"))
    seconds = models.PositiveIntegerField(_("segundos"), null=True, blank=True)
    reply_seconds = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(_("nota"), max_length=300, blank=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("contacto")
        verbose_name_plural = _("contactos")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("kind", InteractionKind, name="crm_interaction_kind"),
            one_of("channel", Channel, name="crm_interaction_channel", blank=True),
        ]
        indexes = [models.Index(fields=["broker", "lead", "-at", "-id"], name="crm_interaction_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
