"""What is left of a person who was erased: that it was done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.models import Job
from core.tenant_models import PublicTenantModel, TenantModel
from crm.models.lead import Lead


class Erasure(TenantModel, ActedBy):
    """A person's data was erased on request; the lead's row stays, empty, so that past figures keep adding up."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="erasures", db_constraint=False)
    at = models.DateTimeField(_("cuándo"))
    reason = models.CharField(_("motivo"), max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("supresión")
        verbose_name_plural = _("supresiones")
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["broker", "lead"], name="crm_erasure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class PersonalFile(PublicTenantModel, ActedBy):
    """Everything about one person as a file, for whoever asked for it, kept for a day."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="personal_files", db_constraint=False)
    content = models.BinaryField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    created_at = models.DateTimeField(_("pedida"))
    expires_at = models.DateTimeField(_("vence"))

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("archivo personal")
        verbose_name_plural = _("archivos personales")
        constraints = [*PublicTenantModel.Meta.constraints, *ActedBy.Meta.constraints]
        indexes = [models.Index(fields=["broker", "expires_at"], name="crm_personalfile_expiry")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
