"""Contacts, tasks and notices in Django admin, to look at: the product changes them, and tells the timeline."""

from django.contrib import admin

from core.admin_base import AppendOnlyAdmin
from crm.models import Interaction, Notification, Task


@admin.register(Interaction)
class InteractionAdmin(AppendOnlyAdmin):
    """Contacts with leads."""

    list_display = ("at", "lead", "kind", "channel", "seconds", "by_label")
    list_filter = ("kind", "channel")
    list_select_related = ("lead",)
    search_fields = ("lead__name", "note")
    ordering = ("-at", "-id")


@admin.register(Task)
class TaskAdmin(AppendOnlyAdmin):
    """What people have to do."""

    list_display = ("due_at", "title", "lead", "assignee", "kind", "done_at")
    list_filter = ("kind",)
    list_select_related = ("lead", "assignee")
    search_fields = ("title", "lead__name")
    ordering = ("-due_at", "-id")


@admin.register(Notification)
class NotificationAdmin(AppendOnlyAdmin):
    """What people were told."""

    list_display = ("at", "user", "kind", "lead", "read_at")
    list_filter = ("kind",)
    list_select_related = ("user", "lead")
    search_fields = ("lead__name", "user__email")
    ordering = ("-at", "-id")
