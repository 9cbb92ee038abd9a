"""Exports of leads: the file made by the worker, kept for a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.models import Job
from core.tenant_models import PublicTenantModel
from crm.enums import ExportFormat


class LeadExport(PublicTenantModel, ActedBy):
    """One wish for a file. Only the person who made it may fetch it, until it expires."""

    format = models.CharField(_("formato"), max_length=4, choices=ExportFormat.choices)
    query = models.TextField(blank=True)  # the filters, as in the list's address
    time_zone = models.CharField(max_length=40)
    content = models.BinaryField(null=True)
    rows = models.PositiveIntegerField(_("filas"), default=0)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    created_at = models.DateTimeField(_("pedida"))
    expires_at = models.DateTimeField(_("vence"))

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("exportación")
        verbose_name_plural = _("exportaciones")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("format", ExportFormat, name="crm_leadexport_format"),
        ]
        indexes = [models.Index(fields=["broker", "expires_at"], name="crm_leadexport_expiry")]

    def __str__(self) -> str:
        return f"{self.get_format_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def file_name(self) -> str:
        """What the file is called when it is fetched."""
        return f"leads-{self.created_at:%Y-%m-%d}.{self.format}"
