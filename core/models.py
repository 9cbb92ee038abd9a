"""Long work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel


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


class Heartbeat(models.Model):
    """The last sign of life of a process (worker, beat, engine); one row each, no tenant."""

    process = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process
