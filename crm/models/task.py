"""What people have to do, and what they are told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantManager, TenantQuerySet
from crm.enums import NoticeKind, TaskKind
from crm.models.lead import Lead


class TaskQuerySet(TenantQuerySet["Task"]):
    """Tasks in the words of the field."""

    def visible_to(self, user: User) -> "TaskQuerySet":
        """What a person may see: an admin all; an agent what is theirs, or of a lead of theirs or nobody's."""
        alive = self.filter(Q(lead=None) | Q(lead__deleted_at=None))
        if user.is_admin or user.is_platform:
            return alive
        lead_seen = Q(lead__isnull=False) & (Q(lead__assigned_to=user) | Q(lead__assigned_to=None))
        return alive.filter(Q(assignee=user) | Q(lead=None, by_user=user) | lead_seen)


class NotificationQuerySet(TenantQuerySet["Notification"]):
    """What people are told."""

    def of(self, user: User) -> "NotificationQuerySet":
        """What a person is told, without what is about leads they do not see any more."""
        mine = self.filter(user=user).filter(Q(lead=None) | Q(lead__deleted_at=None))
        if user.is_admin:
            return mine
        return mine.filter(Q(lead=None) | Q(lead__assigned_to=user) | Q(lead__assigned_to=None))


@audit.track(exclude=["reminded_at"])
class Task(PublicTenantModel, ActedBy):
    """Something to do, mostly with a lead. Open until `done_at`; `crm.todos` keeps the lead's first due date."""

    lead = models.ForeignKey(
        Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks", db_constraint=False
    )
    assignee = models.ForeignKey(
        "accounts.User",
        verbose_name=_("responsable"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    kind = models.CharField(_("tipo"), max_length=10, choices=TaskKind.choices, default=TaskKind.OTHER)
    title = models.CharField(_("qué hay que hacer"), max_length=160)
    due_at = models.DateTimeField(_("para cuándo"))
    remind_at = models.DateTimeField(_("recordar"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(_("hecha"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("creada"), editable=False)

    objects = TenantManager.from_queryset(TaskQuerySet)()  # type: ignore[misc,assignment] # in the words of tasks

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("tarea")
        verbose_name_plural = _("tareas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("kind", TaskKind, name="crm_task_kind"),
        ]
        indexes = [
            models.Index(
                fields=["broker", "assignee", "due_at", "id"], condition=Q(done_at=None), name="crm_task_mine"
            ),
            models.Index(fields=["broker", "lead", "due_at"], name="crm_task_by_lead"),
            models.Index(
                fields=["broker", "remind_at"],
                condition=Q(done_at=None, reminded_at=None, remind_at__isnull=False),
                name="crm_task_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Notification(PublicTenantModel):
    """Something one person is told inside the product. Unread until `read_at`."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    lead = models.ForeignKey(
        Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="notifications", db_constraint=False
    )
    data = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=80)  # what is told once: "task:7:due"
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(NotificationQuerySet)()  # type: ignore[misc,assignment] # as above

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("aviso")
        verbose_name_plural = _("avisos")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["broker", "user", "key"], name="crm_notification_once"),
            one_of("kind", NoticeKind, name="crm_notification_kind"),
        ]
        indexes = [
            models.Index(fields=["broker", "user", "-at", "-id"], name="crm_notification_newest"),
            models.Index(fields=["broker", "user"], condition=Q(read_at=None), name="crm_notification_unread"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
