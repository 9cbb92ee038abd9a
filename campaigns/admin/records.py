"""Who is in which campaign and what was done to whom, in Django admin: to look at, and to take a lead out."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns import running, words
from campaigns.models import CampaignLog, Enrollment
from core.actors import Actor
from core.admin_base import AppendOnlyAdmin


class ReasonFilter(admin.ChoicesFieldListFilter):
    """By why they are out: the column is headed with a question, and «por» stands before a filter's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.title = _("motivo")


@admin.register(Enrollment)
class EnrollmentAdmin(AppendOnlyAdmin):
    """Leads in campaigns."""

    list_display = ("campaign", "lead", "status", "reason", "next_step", "next_run_at", "enrolled_at", "ended_at")
    list_filter = ("status", ("reason", ReasonFilter), ("campaign", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("campaign", "lead", "next_step")
    search_fields = ("lead__name", "lead__phone_e164", "campaign__name")
    ordering = ("-id",)
    actions = ("take_out",)
    fields = (
        *("campaign", "lead", "entry", "status", "reason", "next_step", "next_run_at", "waits_until", "last_done"),
        *("stage_then", "by", "facts", "enrolled_at", "ended_at"),
    )
    readonly_fields = ("waits_until", "last_done", "stage_then", "by", "facts")

    @admin.display(description=_("Espera condiciones hasta"))
    def waits_until(self, row: Enrollment) -> str:
        """When the next step stops waiting for its conditions."""
        return _when(row.waiting_until)

    @admin.display(description=_("Último paso"))
    def last_done(self, row: Enrollment) -> str:
        """The next delay counts from here."""
        return _when(row.last_run_at)

    @admin.display(description=_("Etapa al entrar"))
    def stage_then(self, row: Enrollment) -> str:
        """In words."""
        return row.get_stage_display()

    @admin.display(description=_("Quién lo inscribió"))
    def by(self, row: Enrollment) -> str:
        """A person, or the campaign by itself."""
        return row.by_label

    @admin.display(description=_("Por qué entró"))
    def facts(self, row: Enrollment) -> str:
        """What the trigger saw."""
        return _readable(row.cause)

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
        *("sent", "detail"),
    )
    readonly_fields = ("why", "sent", "detail")

    @admin.display(description=_("Por qué"))
    def briefly(self, log: CampaignLog) -> str:
        """The reason in a few words."""
        return Truncator(words.of(log.reason, log.trace).text).chars(60) or "–"

    @admin.display(description=_("Por qué"))
    def why(self, log: CampaignLog) -> str:
        """The reason in words."""
        said = words.of(log.reason, log.trace)
        return f"{said.text} {said.todo}".strip() or "–"

    @admin.display(description=_("Mensaje"))
    def sent(self, log: CampaignLog) -> str:
        """The way to what was written."""
        if log.message is None:
            return "–"
        url = reverse("admin:messaging_message_change", args=[log.message.pk])
        return format_html('<a href="{}">{}</a>', url, Truncator(log.message.body).chars(120))

    @admin.display(description=_("Detalle"))
    def detail(self, log: CampaignLog) -> str:
        """Everything that was looked at."""
        return _readable(log.trace)


def _when(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else "–"


def _readable(facts: Any) -> str:  # noqa: ANN401 -- what was stored
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    return format_html('<pre class="c-adminfacts">{}</pre>', text) if facts else "–"
