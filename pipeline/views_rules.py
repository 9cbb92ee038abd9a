"""The brokerage's rules, for those who run it: read, tried out over the real leads, changed, and taken back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from crm import rules
from crm.models import RuleSet
from crm.rules import Rules
from crm.scoring import nightly
from pipeline import what_if
from pipeline.rules_form import RulesForm

_UNPROCESSABLE, _HIGHEST = 422, 2**31 - 1
_KEPT = 20


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def settings(request: BrokerRequest) -> HttpResponse:
    """The numbers in force; a POST adds them, as typed, as the next version and has all leads told anew."""
    in_force = rules.in_force()
    form = RulesForm(in_force, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.rules.document() == in_force.document():
            messages.info(request, _("No cambiaste ningún número: las reglas siguen como estaban."))
            return redirect("pipeline:rules")
        if _saved(request, form.rules, form.cleaned_data["note"]):
            return redirect("pipeline:rules")
        form.add_error(None, _("Otra persona cambió las reglas mientras tanto. Recarga la página para verlas."))
    status = _UNPROCESSABLE if form.is_bound else 200
    return render(request, "pipeline/rules.html", {"form": form, **_history(in_force)}, status=status)


@require_POST
@admin_only
def preview(request: BrokerRequest) -> HttpResponse:
    """What the numbers typed would change, over the real leads. Nothing is written."""
    form = RulesForm(rules.in_force(), request.POST)
    if not form.is_valid():
        return render(request, "pipeline/rules_preview.html", {"form": form}, status=_UNPROCESSABLE)
    outcome = what_if.look(form.base, form.rules, now=timezone.now())
    return render(request, "pipeline/rules_preview.html", {"outcome": outcome})


@require_POST
@admin_only
def restore(request: BrokerRequest, version: int) -> HttpResponse:
    """Make an earlier version the next one; 0 are the defaults."""
    try:
        earlier = rules.version_of(min(version, _HIGHEST))
    except RuleSet.DoesNotExist as missing:
        raise Http404 from missing
    in_force = rules.in_force()
    again = in_force.changed(earlier.document(), version=in_force.version)
    if not _saved(request, again, _("Vuelve a la versión %(n)s") % {"n": version}):
        messages.warning(request, _("Otra persona cambió las reglas mientras tanto."))
    return redirect("pipeline:rules")


def _saved(request: BrokerRequest, wanted: Rules, note: str) -> bool:
    by = Actor.of(request.user)
    try:
        made = rules.save_version(wanted, note=note, by=by, now=timezone.now())
    except rules.Conflict:
        return False
    nightly.start(label=_("Recalcular con las reglas nuevas"), by=by, requalify=True)
    messages.success(
        request, _("Rigen las reglas, versión %(n)d. Los leads se están recalculando.") % {"n": made.version}
    )
    return True


def _history(in_force: Rules) -> dict[str, Any]:
    """The versions, the newest first, each with the numbers it changed."""
    stored = list(RuleSet.objects.order_by("-version")[: _KEPT + 1])
    before = [each.document for each in stored[1:]] + [rules.version_of(0).document()]
    labels = {leaf.path: leaf.number.label for leaf in in_force.leaves()}
    rows = [
        {
            "version": each,
            "changes": [
                (labels[path], old.get(path), value)
                for path, value in each.document.items()
                if path in labels and old.get(path) != value
            ],
        }
        for each, old in zip(stored[:_KEPT], before, strict=False)
    ]
    return {"in_force": in_force, "history": rows}
