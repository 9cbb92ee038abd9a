"""Who is in a campaign, and what was done to whom."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from campaigns.enums import FINISHES, EndReason, EnrollmentStatus, LogStatus
from campaigns.models.campaign import Campaign, Step
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.enums import Stage
from crm.models import Lead
from messaging.models import Message


class Enrollment(PublicTenantModel, ActedBy):
    """A lead's way through a campaign. `campaigns.runner` moves it on, `campaigns.leaving` ends it."""

    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaña"),
        on_delete=models.CASCADE,
        related_name="enrollments",
        db_constraint=False,
        db_index=False,
    )
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="enrollments", db_constraint=False, db_index=False
    )
    entry = models.PositiveSmallIntegerField(_("vez"), default=1)
    status = models.CharField(
        _("estado"), max_length=8, choices=EnrollmentStatus.choices, default=EnrollmentStatus.ACTIVE
    )
    reason = models.CharField(_("por qué terminó"), max_length=9, choices=EndReason.choices, blank=True)
    next_step = models.ForeignKey(
        Step, verbose_name=_("sigue"), null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    next_run_at = models.DateTimeField(_("próximo paso"), null=True)
    waiting_until = models.DateTimeField(null=True)
    """Until when the next step waits for its conditions, once it has begun to."""
    last_run_at = models.DateTimeField(null=True)
    """When the last step was done: the next one's delay counts from here."""
    stage = models.CharField(max_length=24, choices=Stage.choices)
    """The lead's stage when it entered."""
    cause = models.JSONField(default=dict, blank=True)
    """Why it entered, in facts: the trigger and what it saw."""
    enrolled_at = models.DateTimeField(_("entró"))
    ended_at = models.DateTimeField(_("terminó"), null=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("lead en campaña")
        verbose_name_plural = _("leads en campañas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("status", EnrollmentStatus, name="campaigns_enrollment_status"),
            one_of("reason", EndReason, name="campaigns_enrollment_reason", blank=True),
            one_of("stage", Stage, name="campaigns_enrollment_stage"),
            models.UniqueConstraint(fields=["broker", "campaign", "lead", "entry"], name="campaigns_enrollment_once"),
            models.UniqueConstraint(
                fields=["broker", "campaign", "lead"],
                condition=Q(status=EnrollmentStatus.ACTIVE),
                name="campaigns_enrollment_one_active",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=EnrollmentStatus.ACTIVE,
                    next_step__isnull=False,
                    next_run_at__isnull=False,
                    ended_at__isnull=True,
                    reason="",
                )
                | Q(
                    status=EnrollmentStatus.FINISHED,
                    next_run_at__isnull=True,
                    ended_at__isnull=False,
                    reason__in=FINISHES,
                )
                | (
                    Q(status=EnrollmentStatus.LEFT, next_run_at__isnull=True, ended_at__isnull=False)
                    & ~Q(reason__in=["", *FINISHES])
                ),
                name="campaigns_enrollment_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["broker", "campaign", "next_run_at", "id"],
                condition=Q(status=EnrollmentStatus.ACTIVE),
                name="campaigns_enrollment_due",
            ),
            models.Index(fields=["broker", "lead", "-id"], name="campaigns_enrollment_lead"),
            models.Index(fields=["broker", "campaign", "-id"], name="campaigns_enrollment_list"),
            models.Index(
                fields=["broker", "next_step"],
                condition=Q(status=EnrollmentStatus.ACTIVE),
                name="campaigns_enrollment_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, {_when(self.enrolled_at)}"


class CampaignLog(PublicTenantModel):
    """What a step did to a lead, once, and why. `campaigns.runner` writes it, `campaigns.settling` tells its end."""

    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaña"),
        on_delete=models.CASCADE,
        related_name="logs",
        db_constraint=False,
        db_index=False,
    )
    enrollment = models.ForeignKey(
        Enrollment,
        verbose_name=_("lead en campaña"),
        on_delete=models.CASCADE,
        related_name="logs",
        db_constraint=False,
        db_index=False,
    )
    step = models.ForeignKey(
        Step, verbose_name=_("paso"), on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    visit = models.PositiveSmallIntegerField(default=1)
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="campaign_logs", db_constraint=False, db_index=False
    )
    status = models.CharField(_("estado"), max_length=7, choices=LogStatus.choices)
    reason = models.CharField(_("motivo"), max_length=60, blank=True)
    """A code that `campaigns.words` says; `gate:` in front of the gate's."""
    due_at = models.DateTimeField(_("le tocaba"))
    scheduled_for = models.DateTimeField(_("previsto"))
    executed_at = models.DateTimeField(_("hecho"), null=True)
    trace = models.JSONField(default=dict, blank=True)
    """Why: what the trigger saw, the conditions, the gate, the version of the template."""
    message = models.ForeignKey(
        Message,
        null=True,
        on_delete=models.SET_NULL,
        related_name="campaign_logs",
        db_constraint=False,
        db_index=False,
    )

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("paso hecho")
        verbose_name_plural = _("bitácora de campañas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            one_of("status", LogStatus, name="campaigns_log_status"),
            models.UniqueConstraint(fields=["broker", "enrollment", "step", "visit"], name="campaigns_log_once"),
            models.CheckConstraint(
                condition=Q(status=LogStatus.PENDING) | Q(executed_at__isnull=False), name="campaigns_log_executed"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[LogStatus.FAILED, LogStatus.SKIPPED]) | ~Q(reason=""),
                name="campaigns_log_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["broker", "campaign", "-id"], name="campaigns_log_list"),
            models.Index(fields=["broker", "campaign", "step", "status", "reason"], name="campaigns_log_counts"),
            models.Index(fields=["broker", "lead", "-id"], name="campaigns_log_lead"),
            models.Index(
                fields=["broker", "message"], condition=Q(message__isnull=False), name="campaigns_log_message"
            ),
            models.Index(
                fields=["broker", "enrollment"], condition=Q(status=LogStatus.PENDING), name="campaigns_log_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, {_when(self.scheduled_for)}"


def _when(at: datetime) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")
