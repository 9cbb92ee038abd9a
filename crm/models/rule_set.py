"""What a brokerage decides by: thresholds, criteria, weights. Versions are added, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.tenant_models import PublicTenantModel


class RuleSet(PublicTenantModel, ActedBy):
    """One version of a brokerage's rules; the highest is in force. `document` is read by `crm.rules` alone."""

    version = models.PositiveIntegerField(_("versión"))
    document = models.JSONField()
    created_at = models.DateTimeField(_("desde"))
    note = models.CharField(_("motivo"), max_length=300, blank=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("versión de las reglas")
        verbose_name_plural = _("reglas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["broker", "version"], name="crm_ruleset_version"),
        ]

    def __str__(self) -> str:
        return f"{self.version}"
