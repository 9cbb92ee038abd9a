"""Steps in Django admin: added, changed, put in another place and taken out as everywhere else."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from campaigns import phrases, steps
from campaigns.admin.step_form import StepForm
from campaigns.enums import CampaignStatus, EnrollmentStatus
from campaigns.models import Enrollment, Step
from core.actors import Actor
from core.admin_base import TenantAdmin

_FIELDS = (
    *("campaign", "number", "action", "channel", "delay_minutes", "template", "target_stage", "agent_type"),
    *("assign_to", "tag", "note", "conditions", "when_false", "wait_hours"),
)


@admin.display(description=_("Espera"))
def waits(step: Step) -> str:
    """Its delay, as people say it."""
    return phrases.delay(step.delay_minutes, first=step.number == 1)


@admin.register(Step)
class StepAdmin(TenantAdmin):
    """The steps of the brokerage's campaigns."""

    form = StepForm
    list_display = ("campaign", "number", "action", "channel", waits, "template", "when_false")
    list_filter = ("action", "channel", "campaign__status")
    list_select_related = ("campaign", "template")
    list_display_links = ("number", "action")
    search_fields = ("campaign__name", "template__name")
    ordering = ("-campaign_id", "number")
    fields = _FIELDS
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        """Those in use; what was taken out stays for the log."""
        return super().get_queryset(request).filter(number__isnull=False)

    def get_readonly_fields(self, request: HttpRequest, obj: Step | None = None) -> tuple[str, ...]:
        """A step stays in its campaign."""
        return ("campaign",) if obj is not None else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 -- Django's signature
        """What is over is to look at."""
        return super().has_change_permission(request, obj) and not _is_over(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 -- Django's signature
        """The same."""
        return super().has_delete_permission(request, obj) and not _is_over(obj)

    def get_deleted_objects(
        self,
        objs: Any,  # noqa: ANN401 -- Django's signature
        request: HttpRequest,
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Who stands at it goes on to the next; what it did stays in the log."""
        standing = Enrollment.objects.filter(next_step__in=[each.pk for each in objs], status=EnrollmentStatus.ACTIVE)
        return [str(each) for each in objs], {_t("leads que pasan al siguiente"): standing.count()}, set(), []

    def save_model(self, request: HttpRequest, obj: Step, form: Any, change: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Through `campaigns.steps`; another number is another place."""
        user: Any = request.user
        by, now, place = Actor.of(user), timezone.now(), form.cleaned_data["number"]
        if not change:
            added = steps.add(form.cleaned_data["campaign"], form.wanted(), at=place, by=by, now=now)
            obj.pk = obj.id = added.pk
            return
        with transaction.atomic():
            before = [each.public_id for each in steps.of(obj.campaign)]
            if place and before.index(obj.public_id) != place - 1:
                order = [each for each in before if each != obj.public_id]
                order.insert(place - 1, obj.public_id)
                steps.reorder(obj.campaign, order, by=by, now=now)
            steps.change(Step.objects.select_related("campaign").get(pk=obj.pk), form.wanted(), by=by, now=now)

    def delete_model(self, request: HttpRequest, obj: Step) -> None:
        """The same; the others close up."""
        user: Any = request.user
        steps.remove(obj, by=Actor.of(user), now=timezone.now())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- Django's signature
        """Say it in words when what was asked cannot be: too many steps, an order that looks ahead, a campaign over."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def response_add(self, request: HttpRequest, obj: Step, post_url_continue: str | None = None) -> HttpResponse:
        """Back to the campaign, where the steps stand in their order."""
        answer = super().response_add(request, obj, post_url_continue)
        return self._back(request, obj, answer)

    def response_change(self, request: HttpRequest, obj: Step) -> HttpResponse:
        """The same."""
        return self._back(request, obj, super().response_change(request, obj))

    def _back(self, request: HttpRequest, obj: Step, answer: HttpResponse) -> HttpResponse:
        if "_save" not in request.POST:
            return answer
        return HttpResponseRedirect(reverse("admin:campaigns_campaign_change", args=[obj.campaign_id]))


def _is_over(step: Step | None) -> bool:
    return step is not None and step.campaign.status == CampaignStatus.COMPLETED
