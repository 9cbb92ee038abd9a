"""Who is given new leads: the brokerage's policy, and each person's place in the round."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.constraints import one_of
from core.tenant_models import TenantModel
from crm.enums import AssignmentMode


@audit.track(exclude=["updated_at"])
class AssignmentPolicy(TenantModel):
    """How a brokerage gives new leads away, and which of them. One row a brokerage, made when it is first needed."""

    mode = models.CharField(
        _("cómo se reparten"), max_length=12, choices=AssignmentMode.choices, default=AssignmentMode.OFF
    )
    from_forms = models.BooleanField(_("los que llegan por un formulario"), default=True)
    from_api = models.BooleanField(_("los que llegan por la API"), default=True)
    from_imports = models.BooleanField(_("los que vienen de una planilla"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("reparto de leads")
        verbose_name_plural = _("reparto de leads")
        constraints = [
            models.UniqueConstraint(fields=["broker"], name="crm_assignmentpolicy_one"),
            one_of("mode", AssignmentMode, name="crm_assignmentpolicy_mode"),
        ]

    def __str__(self) -> str:
        return self.get_mode_display()


@audit.track(exclude=["last_given_at"])
class AgentQueue(TenantModel):
    """A person's place in the round. `capacity` is how many open leads are enough; `last_given_at` orders the round."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    in_rotation = models.BooleanField(_("recibe leads"), default=True)
    paused = models.BooleanField(_("en pausa"), default=False)
    paused_until = models.DateTimeField(_("en pausa hasta"), null=True, blank=True)
    capacity = models.PositiveIntegerField(
        _("tope de leads abiertos"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    last_given_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("turno")
        verbose_name_plural = _("turnos")
        constraints = [models.UniqueConstraint(fields=["broker", "user"], name="crm_agentqueue_one")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_paused(self) -> bool:
        """Whether the person takes no new leads now."""
        return self.paused and (self.paused_until is None or self.paused_until > timezone.now())
