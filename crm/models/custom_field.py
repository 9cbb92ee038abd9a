"""Fields a brokerage adds to its leads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import audit
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.enums import FieldKind


@audit.track()
class CustomField(PublicTenantModel):
    """A field of the brokerage's own; the values stand in `Lead.custom` by `key`, which never changes nor is reused.

    `options` are the words of a choice; a value stays what it was when its option goes, and when the field is archived.
    """

    key = models.SlugField(_("clave"), max_length=40, db_index=False, editable=False)
    label = models.CharField(_("nombre"), max_length=60)
    kind = models.CharField(_("tipo"), max_length=6, choices=FieldKind.choices)
    options = models.JSONField(_("opciones"), default=list, blank=True)
    required = models.BooleanField(_("se pide al crear un lead"), default=False)
    position = models.PositiveSmallIntegerField(_("orden"), default=0)
    archived_at = models.DateTimeField(_("archivado"), null=True, blank=True, editable=False)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("campo propio")
        verbose_name_plural = _("campos propios")
        ordering = ["position", "id"]
        constraints = [
            *PublicTenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["broker", "key"], name="crm_customfield_key"),
            one_of("kind", FieldKind, name="crm_customfield_kind"),
        ]

    def __str__(self) -> str:
        return self.label
