"""The public forms of a brokerage, for those who run it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from crm import captcha, capture_forms, custom_fields
from crm.capture_pages import default_wording
from crm.forms.answers import AnswerForm
from crm.forms.capture import CaptureFormForm
from crm.models import CaptureForm

_UNPROCESSABLE = 422


@require_safe
@admin_only
def form_list(request: BrokerRequest) -> HttpResponse:
    """The forms, with what came of each."""
    return render(request, "crm/form_list.html", {"forms": CaptureForm.objects.order_by("-is_active", "name", "id")})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def form_new(request: BrokerRequest) -> HttpResponse:
    """A new form, with a proposal for everything."""
    return _edit(request, proposal(request))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def form_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A form: its words, questions, consent and where it may stand; what came of it; how to put it on a page."""
    return _edit(request, get_object_or_404(CaptureForm.objects.select_related("owner"), public_id=public_id))


@require_POST
@admin_only
def form_preview(request: BrokerRequest) -> HttpResponse:
    """The form as it would be, while it is edited."""
    draft = proposal(request)
    form = CaptureFormForm(request.POST, instance=draft, own=custom_fields.definitions())
    form.is_valid()  # what is wrong is told when it is saved
    return render(request, "crm/form_preview.html", _preview(request, draft))


def proposal(request: BrokerRequest) -> CaptureForm:
    """What a new form starts with: the three usual questions and a box."""
    broker = request.broker
    with translation.override(broker.language):
        return CaptureForm(
            broker=broker,
            language=broker.language,
            title=_("¿Buscas una propiedad?"),
            intro=_("Cuéntanos qué necesitas y te contactamos."),
            source=_("Formulario web"),
            consent_wording=default_wording(broker.name),
            asks=[
                {"name": "name", "required": True},
                {"name": "phone", "required": True},
                {"name": "email", "required": False},
                {"name": "message", "required": False},
            ],
        )


def _edit(request: BrokerRequest, stored: CaptureForm) -> HttpResponse:
    own = custom_fields.definitions()
    form = CaptureFormForm(request.POST or None, instance=stored, own=own)
    if request.method == "POST" and form.is_valid():
        saved = capture_forms.save(form.save(commit=False), by=Actor.of(request.user))
        messages.success(request, _("Formulario guardado."))
        return redirect("crm:form-edit", saved.public_id)
    link = settings.PUBLIC_URL + reverse("crm:public-form", args=[stored.token])
    context: dict[str, Any] = {
        "form": form,
        "capture": stored,
        "is_new": stored.pk is None,
        "link": link,
        "embed_script": settings.PUBLIC_URL + reverse("crm:embed-script"),
        **_preview(request, stored),
    }
    context["form"] = form
    return render(request, "crm/form_edit.html", context, status=_UNPROCESSABLE if form.errors else 200)


def _preview(request: BrokerRequest, capture: CaptureForm) -> dict[str, Any]:
    capture.broker = request.broker
    answer = AnswerForm(capture, custom_fields.definitions())
    return {"capture": capture, "answer": answer, "captcha_template": captcha.current().template}
