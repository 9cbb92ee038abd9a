"""Tags."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenant_models import PublicTenantModel, TenantModel
from crm.models.lead import Lead


class Tag(PublicTenantModel):
    """A word a brokerage marks its leads with; `key` is the folded name, so that "VIP" and "vip" are one."""

    name = models.CharField(_("nombre"), max_length=40)
    key = models.CharField(max_length=40, editable=False)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("etiqueta")
        verbose_name_plural = _("etiquetas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["broker", "key"], name="crm_tag_key"),
        ]

    def __str__(self) -> str:
        return self.name


class LeadTag(TenantModel):
    """A lead bears a tag."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="lead_tags", db_constraint=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="lead_tags", db_constraint=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("etiqueta del lead")
        verbose_name_plural = _("etiquetas del lead")
        constraints = [models.UniqueConstraint(fields=["broker", "lead", "tag"], name="crm_leadtag_once")]
        indexes = [models.Index(fields=["broker", "tag", "lead"], name="crm_leadtag_by_tag")]

    def __str__(self) -> str:
        return str(self.tag)
