"""Acts on one or many leads that can be taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.enums import ActionKind


class Action(PublicTenantModel, ActedBy):
    """One act and what it takes to undo it. `before` is read by the kind's undoer alone (`crm.actions`)."""

    kind = models.CharField(_("qué"), max_length=8, choices=ActionKind.choices)
    at = models.DateTimeField(_("cuándo"))
    label = models.CharField(_("en palabras"), max_length=200)
    count = models.PositiveIntegerField(_("leads"))
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("deshecha"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("acción")
        verbose_name_plural = _("acciones")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("kind", ActionKind, name="crm_action_kind"),
        ]
        indexes = [models.Index(fields=["broker", "-at", "-id"], name="crm_action_newest")]

    def __str__(self) -> str:
        return self.label
