"""Campaigns in Django admin: written, begun, paused, taken up again and ended as everywhere else."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from campaigns import drafting, readiness
from campaigns.admin import acts
from campaigns.admin.campaign_form import CONDITION, CampaignForm
from campaigns.admin.steps import waits
from campaigns.enums import CampaignStatus, EnrollmentStatus
from campaigns.models import Campaign, CampaignLog, Step
from core.actors import Actor
from core.admin_base import ReadOnlyInline, TenantAdmin
from core.admin_filters import ArchivedFilter

_TOLD = (
    *("status", "missing", "progress", "version", "created_at", "updated_at", "activated_at", "paused_at"),
    *("resumed_at", "completed_at", "archived_at", "checked_at"),
)


class StepInline(ReadOnlyInline):
    """The steps in their order; each has a page of its own."""

    model = Step
    ordering = ("number",)
    fields = ("place", "channel", "delay", "template", "when_false")
    readonly_fields = fields

    @admin.display(description=_("Paso"))
    def place(self, step: Step) -> str:
        """The way to its page."""
        url = reverse("admin:campaigns_step_change", args=[step.pk])
        return format_html('<a href="{}">{}</a>', url, step)

    @admin.display(description=_("Espera"))
    def delay(self, step: Step) -> str:
        """As the list of steps says it."""
        return waits(step)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        """Those in use."""
        return super().get_queryset(request).filter(number__isnull=False).select_related("template")


@admin.register(Campaign)
class CampaignAdmin(TenantAdmin):
    """The brokerage's campaigns."""

    form = CampaignForm
    inlines = (StepInline,)
    list_display = ("name", "status", "trigger", "channel", "under_way", "entered", "goal", "updated_at")
    list_filter = ("status", "trigger", "channel", ArchivedFilter, "goal")
    search_fields = ("name", "description")
    ordering = ("-updated_at", "-id")
    readonly_fields = _TOLD
    actions = acts.ACTIONS
    fieldsets = (
        (None, {"fields": ("name", "description", "channel", "status", "missing", "progress")}),
        (_("Quién entra"), {"fields": ("trigger", *CONDITION, "filters", "max_contacts", "reentry_days")}),
        (_("Cuándo sale"), {"fields": ("stop_on_reply", "goal")}),
        (_("Cuándo escribe"), {"fields": ("opens", "closes", "days", "late_hours")}),
        (_("Lo que lleva el sistema"), {"fields": _TOLD[3:]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With how many leads are and were in each, one statement for the page."""
        under_way = Count("enrollments", filter=Q(enrollments__status=EnrollmentStatus.ACTIVE))
        found: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = found.annotate(under_way=under_way, entered=Count("enrollments"))
        return counted

    @admin.display(description=_("en curso"))
    def under_way(self, campaign: Any) -> str:  # noqa: ANN401 -- annotated
        """Leads in it now, linked to them."""
        return _among_leads(campaign, campaign.under_way, "&status__exact=active")

    @admin.display(description=_("entraron"))
    def entered(self, campaign: Any) -> str:  # noqa: ANN401 -- annotated
        """Leads that ever were in it, linked to them."""
        return _among_leads(campaign, campaign.entered)

    @admin.display(description=_("Le falta"))
    def missing(self, campaign: Campaign) -> str:
        """What keeps a draft or a paused one from running."""
        if not campaign.pk or campaign.status not in {CampaignStatus.DRAFT, CampaignStatus.PAUSED}:
            return "–"
        return format_html_join("\n", "<div>{}</div>", ((str(each),) for each in readiness.problems(campaign))) or "–"

    @admin.display(description=_("Qué ha hecho"))
    def progress(self, campaign: Campaign) -> str:
        """What became of its steps, and the way to its log."""
        if not campaign.pk:
            return "–"
        counts = CampaignLog.objects.filter(campaign=campaign).order_by().values_list("status").annotate(Count("pk"))
        labels = dict(CampaignLog._meta.get_field("status").flatchoices)  # noqa: SLF001 -- documented API
        told = " · ".join(f"{labels[status]}: {count}" for status, count in sorted(counts)) or _t("Nada todavía")
        url = f"{reverse('admin:campaigns_campaignlog_changelist')}?campaign__id__exact={campaign.pk}"
        add = f"{reverse('admin:campaigns_step_add')}?campaign={campaign.pk}"
        links = format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>', url, _t("Bitácora"), add, _t("Agregar un paso")
        )
        return format_html("{} · {}", told, links)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 -- Django's signature
        """What is over is to look at."""
        over = obj is not None and obj.status == CampaignStatus.COMPLETED
        return super().has_change_permission(request, obj) and not over

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 -- Django's signature
        """What never ran; the others have a history."""
        ran = obj is not None and (obj.status != CampaignStatus.DRAFT or obj.activated_at is not None)
        return super().has_delete_permission(request, obj) and not ran

    def get_actions(self, request: HttpRequest) -> Any:  # noqa: ANN401 -- Django's signature
        """Drafts are deleted one by one, on their page."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_deleted_objects(
        self,
        objs: Any,  # noqa: ANN401 -- Django's signature
        request: HttpRequest,
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """A draft goes with its steps, which is not asked leave for one by one."""
        count = Step.objects.filter(campaign__in=[each.pk for each in objs]).count()
        return [str(each) for each in objs], {_t("pasos"): count}, set(), []

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Through `campaigns.drafting`."""
        user: Any = request.user
        by, now, wanted = Actor.of(user), timezone.now(), form.wanted()
        stored = drafting.change(obj, wanted, by=by, now=now) if change else drafting.create(wanted, by=by, now=now)
        obj.pk = obj.id = stored.pk

    def delete_model(self, request: HttpRequest, obj: Campaign) -> None:
        """The same."""
        user: Any = request.user
        drafting.remove(obj, by=Actor.of(user))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- Django's signature
        """Say it in words when the campaign ended while somebody wrote."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)


def _among_leads(campaign: Campaign, count: int, more: str = "") -> str:
    url = f"{reverse('admin:campaigns_enrollment_changelist')}?campaign__id__exact={campaign.pk}{more}"
    return format_html('<a href="{}">{}</a>', url, count)
