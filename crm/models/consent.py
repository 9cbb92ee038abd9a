"""The consent ledger."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm import enums
from crm.models.lead import Lead


class Consent(PublicTenantModel, ActedBy):
    """One entry of the ledger: what the person agreed to or took back, and the proof. Never edited."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="consents", db_constraint=False)
    channel = models.CharField(
        _("canal"), max_length=10, choices=enums.Channel.choices, blank=True
    )  # blank: all channels
    purpose = models.CharField(_("finalidad"), max_length=14, choices=enums.ConsentPurpose.choices)
    basis = models.CharField(_("base"), max_length=18, choices=enums.ConsentBasis.choices)
    state = models.CharField(_("estado"), max_length=8, choices=enums.ConsentState.choices)
    wording = models.TextField(_("texto"), blank=True)
    source = models.CharField(_("fuente"), max_length=8, choices=enums.ConsentSource.choices)
    proof = models.JSONField(_("prueba"), default=dict, blank=True)
    at = models.DateTimeField(_("cuándo"), default=timezone.now)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("consentimiento")
        verbose_name_plural = _("consentimientos")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("channel", enums.Channel, name="crm_consent_channel", blank=True),
            one_of("purpose", enums.ConsentPurpose, name="crm_consent_purpose"),
            one_of("basis", enums.ConsentBasis, name="crm_consent_basis"),
            one_of("state", enums.ConsentState, name="crm_consent_state"),
            one_of("source", enums.ConsentSource, name="crm_consent_source"),
        ]
        indexes = [models.Index(fields=["broker", "lead", "-at", "-id"], name="crm_consent_newest")]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.get_purpose_display()})"
