"""Acts on chosen campaigns: what does not go is said campaign by campaign; what cannot be undone is asked first."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import drafting, enrolling, entering, readiness, running
from campaigns.enums import CampaignStatus, EnrollmentStatus, Overdue
from campaigns.models import Campaign, Enrollment
from campaigns.running import NotNow, NotReady
from core.actors import Actor

Act = Callable[[Any, HttpRequest, QuerySet[Campaign]], HttpResponse | None]
MOST = 50
"""As many campaigns are acted on at once."""

_CHANGES: Mapping[str, Callable[..., Campaign]] = {
    "activate": running.activate,
    "pause": running.pause,
    "resume_skip": partial(running.resume, overdue=Overdue.SKIP),
    "resume_spread": partial(running.resume, overdue=Overdue.SPREAD),
    "resume_send": partial(running.resume, overdue=Overdue.SEND),
    "complete": running.complete,
    "duplicate": drafting.duplicate,
    "archive": drafting.archive,
}


def do(request: HttpRequest, campaigns: Sequence[Campaign], name: str) -> list[tuple[int, str]]:
    """Do it to each; messages (level, text) of how it went. One that refuses leaves the others alone."""
    user: Any = request.user
    done, said = 0, []
    for campaign in campaigns:
        try:
            with transaction.atomic():
                _CHANGES[name](campaign, by=Actor.of(user), now=timezone.now())
            done += 1
        except (NotReady, NotNow, ValidationError) as error:
            said.append((messages.ERROR, f"«{campaign}»: {_why(error)}"))
    if done:
        text = ngettext("Listo: %(n)d campaña.", "Listo: %(n)d campañas.", done) % {"n": done}
        said.insert(0, (messages.SUCCESS, text))
    return said


def ask(request: HttpRequest, chosen: QuerySet[Campaign], name: str, context: dict[str, Any]) -> HttpResponse:
    """The page that says what an act would do to each campaign, with the button that does it."""
    now = timezone.now()
    lines = [(campaign, _foreseen(campaign, name, now)) for campaign in chosen.order_by("name", "pk")[:MOST]]
    words = {"activate": _("Activar campañas"), "complete": _("Terminar campañas")}
    about = {
        "title": words[name],
        "lines": lines,
        "act": name,
        "box": ACTION_CHECKBOX_NAME,
        "is_final": name == "complete",
    }
    return TemplateResponse(request, "admin/campaigns/confirm.html", {**context, **about})


def _why(error: NotReady | NotNow | ValidationError) -> str:
    if isinstance(error, NotReady):
        return " ".join(str(each) for each in error.problems)
    if isinstance(error, NotNow):
        return _("no se puede desde «%(status)s».") % {"status": error.status.label}
    return " ".join(error.messages)


def _foreseen(campaign: Campaign, name: str, now: datetime) -> list[str]:
    """What would happen to one campaign, in sentences."""
    if name == "complete":
        under_way = Enrollment.objects.filter(campaign=campaign, status=EnrollmentStatus.ACTIVE).count()
        told = ngettext(
            "%(n)d lead en curso sale sin más pasos.", "%(n)d leads en curso salen sin más pasos.", under_way
        )
        return [told % {"n": under_way}]
    if campaign.status != CampaignStatus.DRAFT:
        return [_why(NotNow(campaign.status))]
    if problems := readiness.problems(campaign):
        return [str(each) for each in problems]
    number, room = entering.now_entering(campaign, now=now).count(), enrolling.room(campaign)
    number = number if room is None else min(number, room)
    told = ngettext("%(n)d lead entra enseguida.", "%(n)d leads entran enseguida.", number)
    return [told % {"n": number}]


def _act(name: str, label: Any, *, permission: str = "change", is_asked: bool = False) -> Act:  # noqa: ANN401 -- a lazy text
    """An action of the list; one that is asked about first answers with that page."""

    @admin.action(description=label, permissions=[permission])
    def act(model_admin: Any, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse | None:  # noqa: ANN401 -- Django's signature
        if is_asked and request.POST.get("sure") != "yes":
            context = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
            return ask(request, queryset, name, context)
        for level, text in do(request, list(queryset.order_by("pk")[:MOST]), name):
            model_admin.message_user(request, text, level)
        return None

    act.__name__ = name
    done: Act = act
    return done


ACTIONS = (
    _act("activate", gettext_lazy("Activar…"), is_asked=True),
    _act("pause", gettext_lazy("Pausar")),
    _act("resume_skip", gettext_lazy("Reanudar y saltar lo atrasado")),
    _act("resume_spread", gettext_lazy("Reanudar y repartir lo atrasado en un día")),
    _act("resume_send", gettext_lazy("Reanudar y hacer ahora lo atrasado")),
    _act("complete", gettext_lazy("Terminar para siempre…"), is_asked=True),
    _act("duplicate", gettext_lazy("Duplicar como borrador"), permission="add"),
    _act("archive", gettext_lazy("Archivar")),
)
