"""What a person declared about their money, encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenant_models import TenantModel
from crm.models.lead import Lead


class FinancialProfile(TenantModel):
    """The sealed declaration of one lead; `crm.financial` alone opens it."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="financial_profiles", db_constraint=False)
    sealed = models.BinaryField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("perfil financiero")
        verbose_name_plural = _("perfiles financieros")
        constraints = [models.UniqueConstraint(fields=["broker", "lead"], name="crm_financialprofile_one")]

    def __str__(self) -> str:
        return str(_("Perfil financiero"))
