"""Stage moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.enums import LostReason, Stage
from crm.models import Lead


class StageTransition(PublicTenantModel, ActedBy):
    """One change of stage. `from_stage` is empty for the entry; `seconds_in_stage` is the time in the stage left."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="transitions", db_constraint=False)
    from_stage = models.CharField(pgettext_lazy("etapa", "desde"), max_length=24, choices=Stage.choices, blank=True)
    to_stage = models.CharField(pgettext_lazy("etapa", "hacia"), max_length=24, choices=Stage.choices)
    at = models.DateTimeField(_("cuándo"))
    seconds_in_stage = models.BigIntegerField(_("segundos en la etapa"), null=True)
    reason = models.CharField(_("motivo"), max_length=300, blank=True)
    lost_reason = models.CharField(max_length=24, choices=LostReason.choices, blank=True)
    forced = models.BooleanField(_("forzado"), default=False)
    is_undo = models.BooleanField(_("deshace el anterior"), default=False)
    overwrote = models.JSONField(default=dict, blank=True, editable=False)
    """What the change overwrote on the lead besides the stage; read by its undo alone (`pipeline.undoing`)."""

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("cambio de etapa")
        verbose_name_plural = _("cambios de etapa")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("from_stage", Stage, name="pipeline_stagetransition_from", blank=True),
            one_of("to_stage", Stage, name="pipeline_stagetransition_to"),
            one_of("lost_reason", LostReason, name="pipeline_stagetransition_lost_reason", blank=True),
        ]
        indexes = [
            models.Index(  # the ways of all leads are told from the index alone (reports.histories)
                fields=["broker", "lead", "-at", "-id"],
                include=["to_stage", "is_undo"],
                name="pipeline_transition_by_lead",
            ),
            models.Index(fields=["broker", "to_stage", "at"], name="pipeline_transition_entered"),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage or '·'} → {self.to_stage}"
