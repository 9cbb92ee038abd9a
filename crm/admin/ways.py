"""How a brokerage works, in Django admin, to look at: each is changed on its own page, which checks and tells it."""

from django.contrib import admin

from core.admin_base import AppendOnlyAdmin
from crm.models import Action, AgentQueue, AssignmentPolicy, Erasure, RuleSet, SavedView


@admin.register(RuleSet)
class RuleSetAdmin(AppendOnlyAdmin):
    """Versions of the rules; the highest is in force."""

    list_display = ("version", "note", "by_label", "created_at")
    search_fields = ("note", "by_label")
    ordering = ("-version",)


@admin.register(Action)
class ActionAdmin(AppendOnlyAdmin):
    """Acts that can be taken back. What they need for it holds people's data, and is nobody's to read."""

    list_display = ("at", "kind", "label", "count", "by_label", "undone_at", "undone_by")
    list_filter = ("kind", "by_kind")
    list_select_related = ("undone_by",)
    search_fields = ("label", "by_label")
    ordering = ("-at", "-id")
    fields = ("at", "kind", "label", "count", "by_kind", "by_label", "undone_at", "undone_by")


@admin.register(SavedView)
class SavedViewAdmin(AppendOnlyAdmin):
    """Filters under a name."""

    list_display = ("name", "page", "owner", "is_shared", "query", "created_at")
    list_filter = ("page", "is_shared")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__name", "owner__email")
    ordering = ("name", "id")


@admin.register(AssignmentPolicy)
class AssignmentPolicyAdmin(AppendOnlyAdmin):
    """How new leads are given away."""

    list_display = ("mode", "from_forms", "from_api", "from_imports", "updated_at")


@admin.register(AgentQueue)
class AgentQueueAdmin(AppendOnlyAdmin):
    """Whose turn it is."""

    list_display = ("user", "in_rotation", "paused", "paused_until", "capacity", "last_given_at")
    list_filter = ("in_rotation", "paused")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    ordering = ("user__name", "id")


@admin.register(Erasure)
class ErasureAdmin(AppendOnlyAdmin):
    """That a person's data was erased, when, by whom and why."""

    list_display = ("at", "lead", "reason", "by_label")
    list_select_related = ("lead",)
    search_fields = ("reason", "by_label")
    ordering = ("-at", "-id")
