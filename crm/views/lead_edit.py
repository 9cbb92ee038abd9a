"""Making a lead and changing its facts, section by section."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.enums import Country
from accounts.http import BrokerRequest
from core import phones
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import (
    consent,
    custom_fields,
    duplicates,
    financial,
    lead_pages,
    leads,
    referrals,
    revisions,
    timeline_words,
)
from crm.budgets import BudgetField, budget_text
from crm.enums import ConsentBasis, ConsentSource, ConsentState
from crm.forms import custom_fields as own_forms
from crm.forms.new_lead import NewLeadForm
from crm.forms.sections import SECTIONS, ContactForm, CustomForm, MoneyForm, SectionForm
from crm.lead_pages import Twin
from crm.models import Lead

_CONFLICT, _UNPROCESSABLE = 409, 422
_DIGITS = 9  # of a version that fits its column


@require_http_methods(["GET", "HEAD", "POST"])
def lead_new(request: BrokerRequest) -> HttpResponse:
    """A new lead, in a dialog or on a page of its own."""
    people = lead_pages.people(request)
    own = custom_fields.definitions()
    options: dict[str, Any] = {"broker": request.broker, "user": request.user, "people": people, "own": own}
    if request.method != "POST":
        names = ("stage", "name", "phone_raw", "referred_by")
        initial = {name: request.GET[name] for name in names if name in request.GET}
        if _referrer(request, initial.get("referred_by")):
            initial["source"] = referrals.SOURCE
        return _new_page(request, NewLeadForm(initial=initial, **options))
    form = NewLeadForm(request.POST, **options)
    if not form.is_valid():
        return _new_page(request, form, status=_UNPROCESSABLE)
    same_phone = duplicates.same_phone(form.cleaned_data["phone_raw"], request.broker.country)
    same_email = duplicates.same_email(form.cleaned_data["email"]) if not same_phone else None
    if same_phone or (same_email and "allow_same_email" not in request.POST):
        return _new_page(request, form, phone_twin=same_phone, email_twin=same_email, status=_UNPROCESSABLE)
    try:
        made = _create(request, form)
    except leads.Taken:  # somebody was quicker, between the look and the write
        twin = duplicates.same_phone(form.cleaned_data["phone_raw"], request.broker.country)
        return _new_page(request, form, phone_twin=twin, status=_UNPROCESSABLE)
    messages.success(request, _("Lead creado."))
    _warn_about_phone(request, made)
    url = reverse("crm:lead", args=[made.public_id])
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
def lead_edit(request: BrokerRequest, public_id: UUID, section: str) -> HttpResponse:
    """One section of a lead's facts as a form; saved, it is shown again as facts."""
    form_class = SECTIONS.get(section)
    if form_class is None:
        raise Http404
    lead = lead_pages.get(request, public_id)
    options = _options(request, lead, form_class)
    if request.method != "POST":
        return _section_form(request, lead, section, form_class(initial=_initial(lead, form_class, options), **options))
    form = form_class(request.POST, initial=_initial(lead, form_class, options), **options)
    if not form.is_valid():
        return _section_form(request, lead, section, form, status=_UNPROCESSABLE)
    if isinstance(form, ContactForm):
        twin = duplicates.same_phone(form.cleaned_data["phone_raw"], form.cleaned_data["country"], exclude_id=lead.pk)
        if twin and form.cleaned_data["phone_raw"] != lead.phone_raw:
            return _section_form(request, lead, section, form, phone_twin=twin, status=_UNPROCESSABLE)
    return _save(request, lead, section, form)


@require_http_methods(["GET", "HEAD"])
def lead_section(request: BrokerRequest, public_id: UUID, section: str) -> HttpResponse:
    """One section as facts: where cancelling leads."""
    if section not in SECTIONS:
        raise Http404
    lead = lead_pages.get(request, public_id)
    context = lead_pages.context(request, lead, now=timezone.now())
    return render(request, "crm/section.html", context | {"section": section})


@require_POST
def lead_hint(request: BrokerRequest, kind: str) -> HttpResponse:
    """How a phone or a budget is read, while it is typed."""
    if kind == "phone":
        text = request.POST.get("phone_raw", "")[:80]
        country = request.POST.get("country", "")
        country = country if country in Country.values else request.broker.country
        numbers = phones.parse(text, country).numbers
        return render(request, "crm/hint_phone.html", {"numbers": numbers})
    if kind != "budget":
        raise Http404
    field = BudgetField(unit=request.broker.currency)
    return render(request, "crm/hint_budget.html", {"reading": _reading(field, request.POST.get("budget", ""))})


def _reading(field: BudgetField, text: str) -> str:
    try:
        reading = field.clean(text[:120])
    except ValidationError as error:
        return str(error.messages[0])
    if reading is None:
        return ""
    words = budget_text(reading.amount_min, reading.amount_max, str(reading.unit), "es")
    return _("Se leerá como %(amount)s") % {"amount": words}


def _create(request: BrokerRequest, form: NewLeadForm) -> Lead:
    by, now = Actor.of(request.user), timezone.now()
    draft = leads.Draft(
        form.changes(),
        stage=form.stage,
        assigned_to=form.owner,
        custom=form.custom,
        referred_by=_referrer(request, form.cleaned_data["referred_by"]),
    )
    made = leads.create(draft, by=by, now=now, note=form.cleaned_data["note"])
    if form.cleaned_data["basis"]:
        ground = consent.Ground(ConsentBasis(form.cleaned_data["basis"]), ConsentSource.AGENT)
        consent.record(made, ConsentState.GRANTED, ground, by=by, at=now)
    return made


def _referrer(request: BrokerRequest, public_id: object) -> Lead | None:
    """The lead who refers a new one, among those the person sees; None for any other word."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        return None
    return Lead.objects.visible_to(request.user).filter(public_id=wanted).first()


def _save(request: BrokerRequest, lead: Lead, section: str, form: SectionForm) -> HttpResponse:
    version = request.POST.get("version", "")
    since = int(version) if version.isascii() and version.isdigit() and len(version) <= _DIGITS else 0
    by, now = Actor.of(request.user), timezone.now()
    held, changes = leads.lock(lead.pk), form.changes()
    if held.version != since:
        merged = revisions.merge(held, changes, since=since)
        if merged.conflicts:
            return _conflict(request, held, section, form, merged)
        changes = merged.changes
    try:
        saved = leads.edit(held, changes, by=by, now=now)
    except leads.Taken:
        twin = duplicates.same_phone(form.data.get("phone_raw", ""), lead.country, exclude_id=lead.pk)
        return _section_form(request, lead, section, form, phone_twin=twin, status=_UNPROCESSABLE)
    if isinstance(form, MoneyForm) and (declared := form.declared()) is not None:
        financial.restate(saved, declared, by=by, now=now)
    return _saved(request, saved, section, warn="phone_raw" in form.changed_data)


def _saved(request: BrokerRequest, lead: Lead, section: str, *, warn: bool) -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, _("Guardado."))
        return redirect("crm:lead", lead.public_id)
    shown = lead_pages.get(request, lead.public_id)
    context = lead_pages.context(request, shown, now=timezone.now())
    response = render(request, "crm/section.html", context | {"section": section})
    toast(response, _("Guardado."))
    if warn and context["phone_warning"]:
        toast(response, context["phone_warning"], level="warning")
    return trigger_client_event(response, "lead:changed")


def _conflict(
    request: BrokerRequest, lead: Lead, section: str, form: SectionForm, merged: revisions.Merge
) -> HttpResponse:
    """The form again, over the lead as it stands: what this person typed is kept, the other one's change is told."""
    typed = {name: form.data.get(name, "") for name in form.fields_of(merged.changes)}
    options = _options(request, lead, type(form))
    again = type(form)(initial=_initial(lead, type(form), options) | typed, **options)
    changes = {conflict.name: [conflict.was, conflict.now] for conflict in merged.conflicts}
    meanwhile = timeline_words.changed(changes, lead, custom_fields.labels(changes))
    told = {"meanwhile": meanwhile, "meanwhile_by": merged.by}
    return _section_form(request, lead, section, again, status=_CONFLICT, **told)


def _options(request: BrokerRequest, lead: Lead, form_class: type[SectionForm]) -> dict[str, Any]:
    options: dict[str, Any] = {"broker": request.broker}
    if form_class is MoneyForm:
        options["with_profile"] = lead_pages.may_see_profile(request.user, lead)
    if form_class is CustomForm:
        options |= {"own": custom_fields.definitions(), "lead": lead}
    return options


def _initial(lead: Lead, form_class: type[SectionForm], options: dict[str, Any]) -> dict[str, Any]:
    if form_class is CustomForm:
        return own_forms.initial(lead, options["own"])
    initial = form_class.initial_of(lead)
    if options.get("with_profile"):
        declared = financial.read(lead)
        amounts = {"monthly_income": declared.monthly_income, "debt": declared.debt}
        unit = options["broker"].currency
        initial |= {name: budget_text(None, amount, unit, "es") for name, amount in amounts.items()}
        initial["dicom_status"] = declared.dicom_status
    return initial


def _section_form(
    request: BrokerRequest, lead: Lead, section: str, form: SectionForm, *, status: int = 200, **more: object
) -> HttpResponse:
    twin = more.pop("phone_twin", None)
    phone_twin = Twin.seen_by(request.user, twin) if isinstance(twin, Lead) else None
    context = {
        "lead": lead,
        "section": section,
        "form": form,
        "phone_twin": phone_twin,
        "sources": lead_pages.sources() if section == "contact" else [],
        **more,
    }
    template = "crm/section_form.html" if wants_fragment(request) else "crm/section_page.html"
    return render(request, template, context, status=status)


def _new_page(
    request: BrokerRequest,
    form: NewLeadForm,
    *,
    phone_twin: Lead | None = None,
    email_twin: Lead | None = None,
    status: int = 200,
) -> HttpResponse:
    referrer = _referrer(request, form["referred_by"].value())
    context = {
        "form": form,
        "referrer": _("Lo refiere %(name)s") % {"name": referrer} if referrer else "",
        "sources": lead_pages.sources(),
        "phone_twin": Twin.seen_by(request.user, phone_twin) if phone_twin else None,
        "email_twin": Twin.seen_by(request.user, email_twin) if email_twin else None,
        "action": reverse("crm:lead-new"),
        "dialog_class": "c-dialog--wide",
    }
    template = "crm/new_dialog.html" if wants_fragment(request) else "crm/new.html"
    return render(request, template, context, status=status)


def _warn_about_phone(request: BrokerRequest, lead: Lead) -> None:
    warning = lead_pages.phone_warning(lead)
    if warning:
        messages.warning(request, warning)
