"""The one stream of what happened to a lead."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.enums import TimelineKind
from crm.models.lead import Lead


class TimelineEntry(PublicTenantModel, ActedBy):
    """Something that happened, when and by whom. `data` is for display only: nothing is filtered or decided by it."""

    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="timeline_entries", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=12, choices=TimelineKind.choices)
    at = models.DateTimeField(default=timezone.now)
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("suceso")
        verbose_name_plural = _("historia")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("kind", TimelineKind, name="crm_timelineentry_kind"),
        ]
        indexes = [models.Index(fields=["broker", "lead", "-at", "-id"], name="crm_timeline_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
