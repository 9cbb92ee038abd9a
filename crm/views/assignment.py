"""How new leads find somebody: the page of those who run the brokerage, a person's own pause, and giving many away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from accounts.roles import admin_only, members_only
from core import audit
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import assignment, filters
from crm.forms.assignment import PauseForm, PolicyForm, SeatForm
from crm.models import Lead

_UNPROCESSABLE = 422
_MOST_AT_ONCE = 5000


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def settings(request: BrokerRequest) -> HttpResponse:
    """The policy and everybody's place in the round."""
    data = request.POST if request.method == "POST" else None
    with audit.by(Actor.system()):  # whoever looks first finds places made, which is nobody's act
        queues, policy = assignment.queues(), assignment.policy()
    form = PolicyForm.of(policy, data)
    seats = [SeatForm.of(queue, data) for queue in queues]
    wrong = [each for each in (form, *seats) if data is not None and not each.is_valid()]  # all are looked at
    if data is not None and not wrong:
        places = {queue.user_id: seat.values() for queue, seat in zip(queues, seats, strict=True)}
        assignment.settle(form.cleaned_data, places, by=Actor.of(request.user), now=timezone.now())
        messages.success(request, _("Reparto guardado."))
        return redirect("crm:assignment")
    context = {
        "form": form,
        "rows": list(zip(queues, seats, strict=True)),
        "loads": assignment.loads(),
        "free": Lead.objects.filter(assigned_to=None).exclude(stage__in=assignment.CLOSED).count(),
    }
    return render(request, "crm/assignment.html", context, status=200 if data is None else _UNPROCESSABLE)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def pause(request: BrokerRequest) -> HttpResponse:
    """Whether one takes new leads: `on` pauses, `off` comes back."""
    form = PauseForm(request.POST or None)
    with audit.by(Actor.system()):
        places = assignment.queues()
    queue = next((each for each in places if each.user_id == request.user.pk), None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            paused = request.POST.get("pause") == "on"
            until = form.cleaned_data["until"]
            queue = assignment.pause(request.user, paused=paused, until=until, by=Actor.of(request.user))
            form = PauseForm()
            if not wants_fragment(request):
                return redirect("accounts:profile")
        else:
            status = _UNPROCESSABLE
    template = "crm/pause.html" if wants_fragment(request) else "crm/pause_page.html"
    return render(request, template, {"queue": queue, "form": form, "now": timezone.now()}, status=status)


@require_POST
@admin_only
def distribute(request: BrokerRequest) -> HttpResponse:
    """Give away the leads without an owner among those the filters of the address find."""
    now = timezone.now()
    chosen = filters.apply(request.GET, user=request.user, now=now)
    wanted = chosen.found.filter(assigned_to=None) if chosen.is_valid() else Lead.objects.none()
    ids = list(wanted.exclude(stage__in=assignment.CLOSED).order_by("created_at").values_list("pk", flat=True))
    came = assignment.distribute(ids[:_MOST_AT_ONCE], by=Actor.of(request.user), now=now)
    text = ngettext("Se repartió %(n)d lead.", "Se repartieron %(n)d leads.", came.count) % {"n": came.count}
    if came.left:
        text += " " + _("%(n)d quedaron sin responsable: no hay nadie con cupo.") % {"n": len(came.left)}
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect("crm:assignment")
    response = HttpResponse(status=204)
    toast(response, text, level="warning" if came.left else "success")
    return trigger_client_event(response, "leads:changed")
