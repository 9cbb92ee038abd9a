"""Jobs and periodic tasks in Django admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_celery_beat import admin as beat
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from core.admin_base import AppendOnlyAdmin, Guarded, PlatformAdmin, PlatformOnly
from core.models import AuditEntry, Job

_QUEUEING = ("expires", "expire_seconds", "queue", "exchange", "routing_key", "priority", "headers")


@admin.register(Job)
class JobAdmin(AppendOnlyAdmin):
    """Long work, as it goes."""

    list_display = ("label", "kind", "state", "done", "total", "by_label", "created_at", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("label", "error")
    list_select_related = ("by_user",)


@admin.register(AuditEntry)
class AuditEntryAdmin(AppendOnlyAdmin):
    """What no trigger sees, written down; with the changes that triggers saw it is one stream under /audit/."""

    list_display = ("at", "action", "subject", "by_label", "address", "reason")
    list_filter = ("action", "by_kind")
    list_select_related = ("by_user",)
    search_fields = ("action", "by_label", "reason")
    ordering = ("-at", "-id")


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(PlatformOnly, Guarded, beat.PeriodicTaskAdmin):
    """What runs when. A change takes effect within seconds: beat's scheduler reads the database."""

    change_form_template = "admin/change_form.html"  # the library's own has an inline script
    list_display = ("name", "enabled", "when", "last_run_at", "description")  # type: ignore[assignment] # the library's is a tuple of seven
    list_filter = ["enabled"]
    list_select_related = ("interval", "crontab")
    fieldsets = (  # without the library's English and its kinds of schedule that nobody can add
        (None, {"fields": ("name", "regtask", "task", "enabled", "description")}),
        (_("Cuándo corre"), {"fields": ("interval", "crontab", "start_time", "last_run_at", "one_off")}),
        (_("Argumentos"), {"fields": ("args", "kwargs"), "classes": ("collapse",)}),
        (_("Cola y vencimiento"), {"fields": _QUEUEING, "classes": ("collapse",)}),
    )
    readonly_fields = ("last_run_at",)  # type: ignore[assignment] # the library's is a tuple of two

    @admin.display(description=_("Cuándo corre"))
    def when(self, task: PeriodicTask) -> str:
        """Its interval or its hour."""
        return str(task.interval or task.crontab or "–")


@admin.register(IntervalSchedule, CrontabSchedule)
class ScheduleAdmin(PlatformAdmin):
    """The intervals and hours tasks run at."""
