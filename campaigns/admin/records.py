"""Who is in which campaign and what was done to whom, in Django admin: to look at, and to take a lead out."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns import running, words
from campaigns.models import CampaignLog, Enrollment
from core.actors import Actor
from core.admin_base import AppendOnlyAdmin


@admin.register(Enrollment)
class EnrollmentAdmin(AppendOnlyAdmin):
    """Leads in campaigns."""

    list_display = ("campaign", "lead", "status", "reason", "next_step", "next_run_at", "enrolled_at", "ended_at")
    list_filter = ("status", "reason", ("campaign", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("campaign", "lead", "next_step")
    search_fields = ("lead__name", "lead__phone_e164", "campaign__name")
    ordering = ("-id",)
    actions = ("take_out",)
    exclude = ("by_user",)

    @admin.action(description=_("Sacar de la campaña"), permissions=["view"])
    def take_out(self, request: HttpRequest, queryset: QuerySet[Enrollment]) -> None:
        """Nothing further for these leads; what is queued is taken back."""
        user: Any = request.user
        now = timezone.now()
        out = sum(running.take_out(each, by=Actor.of(user), now=now) for each in queryset.order_by("pk"))
        told = ngettext("%(n)d lead salió.", "%(n)d leads salieron.", out) % {"n": out}
        self.message_user(request, told, messages.SUCCESS if out else messages.WARNING)


@admin.register(CampaignLog)
class CampaignLogAdmin(AppendOnlyAdmin):
    """Every step that was done or not, and why."""

    list_display = ("scheduled_for", "campaign", "lead", "step", "status", "briefly")
    list_filter = ("status", ("campaign", admin.RelatedOnlyFieldListFilter), "step__action")
    list_select_related = ("campaign", "lead", "step")
    search_fields = ("lead__name", "lead__phone_e164", "campaign__name", "reason")
    ordering = ("-id",)
    fields = (
        *("campaign", "lead", "enrollment", "step", "status", "why", "due_at", "scheduled_for", "executed_at"),
        *("message", "trace"),
    )
    readonly_fields = ("why",)

    @admin.display(description=_("Por qué"))
    def briefly(self, log: CampaignLog) -> str:
        """The reason in a few words."""
        return Truncator(words.of(log.reason, log.trace).text).chars(60) or "–"

    @admin.display(description=_("Por qué"))
    def why(self, log: CampaignLog) -> str:
        """The reason in words."""
        said = words.of(log.reason, log.trace)
        return f"{said.text} {said.todo}".strip() or "–"
