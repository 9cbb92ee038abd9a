"""The brokerage's own fields, for those who run it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from core.htmx import wants_fragment
from crm import custom_fields
from crm.forms.custom_fields import FieldForm
from crm.models import CustomField

_UNPROCESSABLE = 422


@require_safe
@admin_only
def field_list(request: BrokerRequest) -> HttpResponse:
    """The fields in their order, how many leads have a value, and the archived ones."""
    found = list(CustomField.objects.all())
    counts = custom_fields.counts(found)
    used = [field for field in found if field.archived_at is None]
    rows = [
        {"field": field, "count": counts[field.key], "is_first": field is used[0], "is_last": field is used[-1]}
        for field in used
    ]
    archived = [{"field": field, "count": counts[field.key]} for field in found if field.archived_at is not None]
    context = {"fields": rows, "archived": archived, "full": len(used) >= custom_fields.MOST}
    return render(request, "crm/field_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def field_new(request: BrokerRequest) -> HttpResponse:
    """A new field."""
    form = FieldForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, reverse("crm:field-new"))
    try:
        made = custom_fields.create(form.save(commit=False), by=Actor.of(request.user))
    except custom_fields.TooMany:
        messages.error(request, _("Ya hay 30 campos, que es el máximo. Archiva uno que no uses."))
    else:
        messages.success(request, _("Campo «%(label)s» creado.") % {"label": made.label})
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def field_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A field's name, options and whether it is asked for."""
    field = get_object_or_404(CustomField, public_id=public_id)
    form = FieldForm(request.POST or None, instance=field)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, reverse("crm:field-edit", args=[public_id]))
    custom_fields.change(form.save(commit=False), by=Actor.of(request.user))
    messages.success(request, _("Guardado."))
    return _back(request)


@require_POST
@admin_only
def field_move(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """One place up, or down."""
    field = get_object_or_404(CustomField, public_id=public_id)
    custom_fields.move(field, up=request.POST.get("to") == "up", by=Actor.of(request.user))
    return redirect("crm:field-list")


@require_POST
@admin_only
def field_archive(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take a field out of use."""
    field = get_object_or_404(CustomField, public_id=public_id)
    custom_fields.archive(field, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("«%(label)s» quedó archivado.") % {"label": field.label})
    return redirect("crm:field-list")


@require_POST
@admin_only
def field_restore(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Bring an archived field back."""
    field = get_object_or_404(CustomField, public_id=public_id)
    try:
        custom_fields.restore(field, by=Actor.of(request.user))
    except custom_fields.TooMany:
        messages.error(request, _("Ya hay 30 campos, que es el máximo. Archiva uno que no uses."))
    return redirect("crm:field-list")


def _form(request: BrokerRequest, form: FieldForm, action: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "action": action}
    template = "crm/field_dialog.html" if wants_fragment(request) else "crm/field_page.html"
    return render(request, template, context, status=_UNPROCESSABLE if form.errors else 200)


def _back(request: BrokerRequest) -> HttpResponse:
    url = reverse("crm:field-list")
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)
