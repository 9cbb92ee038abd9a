"""The dialog a move opens when it must be told more: why it is lost, for how much it was won, why it is forced."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget

from accounts.http import BrokerRequest
from crm.enums import Stage
from crm.models import Lead
from pipeline.forms import MoveForm
from pipeline.transitions import ALLOWED


def ask(request: BrokerRequest, lead: Lead, form: MoveForm) -> HttpResponse:
    """422 with the dialog. What was not asked before is shown without reproach; what was answered badly with it."""
    to = form.data.get("stage", "")
    groups = _groups(lead, to, forced=bool(form.data.get("force")))
    names = [name for group in groups for name in MoveForm.asked[group]]
    if not any(name in form.data for name in names):
        form = _blank(request, form)
    context = {
        "form": form,
        "lead": lead,
        "to": to,
        "groups": groups,
        "heading": _heading(lead, to),
        "action": reverse("pipeline:move", args=[lead.public_id]),
        "carried": [form[name] for name in MoveForm.carried],
    }
    response = render(request, "pipeline/ask.html", context, status=422)
    return reswap(retarget(response, "#dialog-slot"), "innerHTML")


def _groups(lead: Lead, to: str, *, forced: bool) -> list[str]:
    outside = to in Stage and Stage(to) not in ALLOWED[Stage(lead.stage)]
    kinds = {Stage.PERDIDO.value: ["lost"], Stage.GANADO.value: ["won"]}.get(to, [])
    return [*kinds, "force"] if forced and outside else kinds


def _blank(request: BrokerRequest, form: MoveForm) -> MoveForm:
    carried = {name: form.data.get(name, "") for name in MoveForm.carried}
    return MoveForm(initial=carried | {"closing_unit": request.broker.currency})


def _heading(lead: Lead, to: str) -> str:
    name = str(lead)
    if to == Stage.PERDIDO:
        return _("%(name)s: lead perdido") % {"name": name}
    if to == Stage.GANADO:
        return _("%(name)s: ¡lead ganado!") % {"name": name}
    stage = Stage(to).label if to in Stage else to
    return _("Mover a %(name)s a %(stage)s") % {"name": name, "stage": stage}
