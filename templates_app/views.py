"""The pages of templates, for those who run the brokerage."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Language
from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from core.htmx import wants_fragment
from crm.enums import ConsentPurpose
from templates_app import library, pages, starters
from templates_app.enums import AgentType, TemplateChannel
from templates_app.forms import TemplateForm, taken
from templates_app.models import Template, TemplateVersion


@require_safe
@admin_only
def template_list(request: BrokerRequest) -> HttpResponse:
    """The templates, filtered by the address."""
    chosen = {name: request.GET.get(name, "") for name in ("channel", "agent_type", "language")}
    archived = request.GET.get("show") == "archived"
    found = Template.objects.filter(archived_at=None) if not archived else Template.objects.exclude(archived_at=None)
    known = {"channel": TemplateChannel, "agent_type": AgentType, "language": Language}
    narrowed = {name: value for name, value in chosen.items() if value in known[name].values}
    rows = library.with_texts(found.filter(**narrowed).order_by("name", "channel", "pk"))
    context = {
        "rows": rows,
        "chosen": chosen,
        "archived": archived,
        "is_on": bool(narrowed),
        "lacking": 0 if archived else len(starters.lacking()),
        "channels": TemplateChannel.choices,
        "agent_types": AgentType.choices,
        "languages": Language.choices,
    }
    part = "results" if wants_fragment(request) else "list"
    return render(request, f"templates_app/{part}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def template_new(request: BrokerRequest, channel: str) -> HttpResponse:
    """A new template of a channel."""
    if channel not in TemplateChannel.values:
        raise Http404
    form = TemplateForm(
        request.POST or None,
        channel=TemplateChannel(channel),
        known=library.known_variables(),
        initial={"language": request.broker.language},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = library.create(
                form.kind(), form.text(), by=Actor.of(request.user), now=timezone.now(), review=form.review()
            )
        except library.Taken:
            taken(form)
        else:
            messages.success(request, _("Plantilla creada."))
            return redirect("templates:edit", made.public_id)
    return _editor(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def template_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A template: its text on a real lead while it is written; saving another text makes a version."""
    template = get_object_or_404(Template, public_id=public_id)
    stored = template, library.current(template)
    form = TemplateForm(
        request.POST or None,
        channel=TemplateChannel(template.channel),
        known=library.known_variables(),
        stored=stored,
    )
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in ("name", "purpose", "agent_type")}
        by, now = Actor.of(request.user), timezone.now()
        try:
            held = library.revise(template, form.text(), by=by, now=now, changes=changes, review=form.review())
        except library.Taken:
            taken(form)
        else:
            made = held.version != template.version
            saved = _("Guardada como versión %(n)s.") % {"n": held.version} if made else _("Guardado.")
            messages.success(request, saved)
            return redirect("templates:edit", public_id)
    return _editor(request, form, *stored)


@require_POST
@admin_only
def template_preview(request: BrokerRequest, channel: str) -> HttpResponse:
    """What is written so far on the chosen lead."""
    if channel not in TemplateChannel.values:
        raise Http404
    form = TemplateForm(request.POST, channel=TemplateChannel(channel), known=library.known_variables())
    form.is_valid()  # what is wrong is told when it is saved
    return render(request, "templates_app/preview.html", {"channel": channel, "preview": _preview(request, form)})


@require_safe
@admin_only
def template_leads(request: BrokerRequest) -> HttpResponse:
    """Leads to try a text on, by what is typed."""
    leads = pages.leads_to_try(request.user, text=request.GET.get("lead_q", ""))
    return render(request, "templates_app/leads.html", {"leads": leads})


@require_safe
@admin_only
def template_versions(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What it said before, who changed it and when."""
    template = get_object_or_404(Template, public_id=public_id)
    context = {"template": template, "versions": pages.versions(template)}
    part = "templates_app/versions.html" if wants_fragment(request) else "templates_app/versions_page.html"
    return render(request, part, context)


def _editor(
    request: BrokerRequest,
    form: TemplateForm,
    template: Template | None = None,
    version: TemplateVersion | None = None,
) -> HttpResponse:
    lead = pages.lead_of(request.user, request.GET.get("lead", ""))
    channel = form.channel
    context: dict[str, Any] = {
        "form": form,
        "template": template,
        "version": version,
        "channel": channel.value,
        "channel_label": channel.label,
        "variables": form.known,
        "leads": pages.leads_to_try(request.user, also=lead),
        "lead": lead,
        "preview": _preview(request, form),
        "test_url": _test_url(template),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "templates_app/edit.html", context, status=status)


def _test_url(template: Template | None) -> str:
    """Where a template is tried out, in the layer above; nowhere before it is saved, and no call is."""
    if template is None or template.channel == TemplateChannel.CALL:
        return ""
    return pages.url_above("messaging:template-test", template.public_id)


def _preview(request: BrokerRequest, form: TemplateForm) -> pages.Preview:
    lead = pages.lead_of(request.user, request.POST.get("lead", "") or request.GET.get("lead", ""))
    language = _language(request, form)
    facts = pages.facts_of(lead, request.broker, form.known, language)
    purpose = request.POST.get("purpose", "") or form.initial.get("purpose", ConsentPurpose.TRANSACTIONAL)
    return pages.preview(form.text(), channel=form.channel, purpose=purpose, facts=facts, known=form.known)


def _language(request: BrokerRequest, form: TemplateForm) -> str:
    if form.stored:
        return form.stored[0].language
    asked = request.POST.get("language", "")
    return asked if asked in Language.values else request.broker.language
