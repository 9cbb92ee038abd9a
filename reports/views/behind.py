"""What is behind the numbers: leads, visits, tasks."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from core import keyset
from core.htmx import wants_fragment
from core.keyset import Order
from crm import lists
from crm.enums import LostReason, Stage
from crm.filters import NOBODY
from reports import behind, team, titles, visits, words
from reports.behind import LISTS, Question
from reports.views.base import open_report

QUIETEST = Order("quietest", "stage_entered_at", timed=True)
"""The longest in their stage first."""
_BY_START = Order("start", "starts_at", timed=True)
_BY_DUE = Order("due", "due_at", timed=True)
_UNPROCESSABLE = 422


class QuestionForm(forms.Form):
    """Which list, and what narrows it down."""

    of = forms.ChoiceField(choices=[(name, name) for name in LISTS])
    stage = forms.ChoiceField(choices=Stage.choices, required=False)
    then = forms.ChoiceField(choices=Stage.choices, required=False)
    reason = forms.ChoiceField(choices=LostReason.choices, required=False)

    def __init__(self, data: QueryDict) -> None:
        """`with` is a word of Python and so cannot be declared above."""
        super().__init__(data)
        narrower = [(name, name) for name in ("contacted", "visited", "won")]
        self.fields["with"] = forms.ChoiceField(choices=narrower, required=False)

    def question(self) -> Question:
        """What is asked; raises Http404 for an address that none of our pages has."""
        if not self.is_valid():
            raise Http404
        said = self.cleaned_data
        if said["of"] in {"entered", "stayed"} and not said["stage"]:
            raise Http404
        return Question(
            said["of"],
            Stage(said["stage"]) if said["stage"] else None,
            Stage(said["then"]) if said["then"] else None,
            LostReason(said["reason"]) if said["reason"] else None,
            said["with"],
        )


@dataclass(frozen=True, slots=True)
class _Listed:
    """Rows, their order, and the pages that show them: whole, and only further rows."""

    rows: QuerySet[Any]
    order: Order
    page: str
    further: str
    title: str
    about: str


@require_safe
def leads(request: BrokerRequest) -> HttpResponse:
    """The leads of a number."""
    question = QuestionForm(request.GET).question()
    bar, report = open_report(request)
    found = lists.rows(behind.find(question, report.frame))
    about = "" if question.of == "inactive" else words.days(report.period)
    title = titles.leads(question, inactive_days=report.inactive_days)
    order = QUIETEST if question.of == "inactive" else lists.NEWEST
    return _answer(request, _Listed(found, order, "reports/leads.html", "crm/rows.html", title, about), bar.errors)


@require_safe
def visit_list(request: BrokerRequest) -> HttpResponse:
    """The visits agreed in the range."""
    bar, report = open_report(request)
    found = visits.agreed(report.leads, report.period).filter(_of(request, "agent")).select_related("lead", "agent")
    pages = ("reports/visits.html", "reports/visit_rows.html")
    return _answer(request, _Listed(found, _BY_START, *pages, _("Visitas"), words.days(report.period)), bar.errors)


@require_safe
def task_list(request: BrokerRequest) -> HttpResponse:
    """The overdue tasks."""
    bar, report = open_report(request)
    found = team.overdue(report.leads, now=report.now).filter(_of(request, "assignee"))
    pages = ("reports/tasks.html", "reports/task_rows.html")
    listed = _Listed(found.select_related("lead", "assignee"), _BY_DUE, *pages, _("Tareas vencidas"), "")
    return _answer(request, listed, bar.errors)


def _of(request: BrokerRequest, field: str) -> Q:
    """Whose, by the parameter `who`: a person's id, `none` for nobody's, everybody's without it."""
    who = request.GET.get("who", "")
    if not who:
        return Q()
    if who == NOBODY:
        return Q(**{field: None})
    try:
        return Q(**{f"{field}__public_id": UUID(who)})
    except ValueError as error:
        raise Http404 from error


def _answer(request: BrokerRequest, listed: _Listed, errors: list[str]) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    try:
        page: keyset.Page[Model] = keyset.page(listed.rows, listed.order, cursor=cursor, size=lists.PAGE)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    rest = request.GET.copy()
    rest.pop("cursor", None)
    more = f"{request.path}?{rest.urlencode()}"
    context = {"page": page, "more_url": more, "title": listed.title, "about": listed.about, "errors": errors}
    context["now"] = timezone.now()
    if cursor and wants_fragment(request):
        return render(request, listed.further, context)
    context["count"] = listed.rows.count()
    return render(request, listed.page, context, status=_UNPROCESSABLE if errors else 200)
