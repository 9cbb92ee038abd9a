"""Long work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel


class JobState(models.TextChoices):
    """Where a job is."""

    QUEUED = "queued", _("En espera")
    RUNNING = "running", _("En curso")
    DONE = "done", _("Listo")
    FAILED = "failed", _("Con error")


class Job(PublicTenantModel, ActedBy):
    """A piece of long work with its progress. `core.jobs` owns its state; the lease says a living worker holds it."""

    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    arguments = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("trabajo")
        verbose_name_plural = _("trabajos")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("state", JobState, name="core_job_state"),
        ]
        indexes = [
            models.Index(fields=["broker", "-created_at", "-id"], name="core_job_newest"),
            models.Index(
                fields=["broker", "state", "lease_until"],
                condition=models.Q(state__in=["queued", "running"]),
                name="core_job_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {JobState.DONE, JobState.FAILED}


class AuditEntry(PublicTenantModel, ActedBy):
    """Something done that no trigger sees: a file taken away, a role changed, a person erased. Added, never changed.

    `data` names things by their public ids and counts them; a person's own data is never in it.
    """

    append_only = True

    action = models.CharField(_("qué"), max_length=40)
    subject = models.CharField(_("sobre qué"), max_length=60, blank=True)  # "crm.Lead"
    subject_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(_("cuándo"))
    reason = models.CharField(_("por qué"), max_length=300, blank=True)
    data = models.JSONField(default=dict, blank=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("asiento")
        verbose_name_plural = _("asientos")
        constraints = [*PublicTenantModel.Meta.constraints, *ActedBy.Meta.constraints]
        indexes = [
            models.Index(fields=["broker", "-at", "-id"], name="core_auditentry_newest"),
            models.Index(fields=["broker", "subject_id", "-at"], name="core_auditentry_of"),
        ]

    def __str__(self) -> str:
        return self.action


class KeptAnswer(TenantModel):
    """What a write with an Idempotency-Key was answered (core.api.idempotency). `status` is 0 until it is."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    token_id = models.BigIntegerField(default=0)  # the API token's key, 0 for a session: each sees its own answers
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["broker", "user", "token_id", "key"], name="core_keptanswer_once_per_key")
        ]
        indexes = [models.Index(fields=["broker", "created_at"], name="core_keptanswer_age")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """The last sign of life of a process (worker, beat, engine); one row each, no tenant."""

    process = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process


class Slot(models.Model):
    """A periodic task's turn: whoever stores it does it, and two beats store it once. No tenant."""

    task = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "at"], name="core_slot_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.at:%Y-%m-%d %H:%M}"
