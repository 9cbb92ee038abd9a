"""Stage moves in Django admin: to look at."""

from django.contrib import admin

from core.admin_base import AppendOnlyAdmin
from pipeline.models import StageTransition


@admin.register(StageTransition)
class StageTransitionAdmin(AppendOnlyAdmin):
    """Every change of stage. `pipeline.board` alone writes them."""

    list_display = ("at", "lead", "from_stage", "to_stage", "by_label", "reason", "forced", "is_undo")
    list_filter = ("to_stage", "from_stage", "forced", "is_undo", "by_kind")
    list_select_related = ("lead",)
    search_fields = ("lead__name", "reason")
    ordering = ("-at", "-id")
