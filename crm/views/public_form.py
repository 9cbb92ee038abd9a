"""The public form of a brokerage at /l/<token>/: no session, no cookie, and so no CSRF token.

A forged request needs a victim's session to abuse, and this page has none: whoever can make a browser post here could
post by themselves. What guards it: the address nobody guesses, a trap, a clock, limits, and a captcha where one is set.
"""

from http import HTTPStatus
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.exceptions import APIException, ParseError, Throttled, UnsupportedMediaType, ValidationError

from core import audit, tenancy
from core.api import problems
from core.api.parsers import StrictJSON, TooLarge
from core.page_scripts import script
from crm import captcha, capture, capture_limits
from crm.capture_pages import embeddable, found
from crm.forms.answers import ORIGINS, AnswerForm
from crm.models import CaptureForm

LARGEST = 64 * 1024
"""Bytes of an answer: the longest message many times over."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def public_form(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; take an answer in, from the page or as JSON."""
    broker_id, form, own = found(token)
    with translation.override(form.language):
        if request.method != "POST":
            response = _page(request, form, AnswerForm(form, own), sent="sent" in request.GET)
        else:
            try:
                answer = AnswerForm(form, own, _data(request))
            except APIException as error:
                answer = AnswerForm(form, own, {})
                answer.errors.clear()
                response = _refused(request, form, answer, error)
            else:
                response = _answered(request, broker_id, form, answer)
        response.headers["Content-Language"] = form.language
    return response


@login_not_required
@require_safe
def embed_script(_request: HttpRequest) -> HttpResponse:
    """The small script for pages that show a form in a frame: the frame grows with its content."""
    response = HttpResponse(script("js/capture_embed.js"), content_type="text/javascript")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _answered(request: HttpRequest, broker_id: int, form: CaptureForm, answer: AnswerForm) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    wait = capture_limits.spend(form.token, address)
    if answer.is_trapped:
        return _blocked(request, broker_id, form, counted=not wait)
    if wait:
        text = _("Llegaron demasiadas respuestas seguidas. Espera unos minutos y envía otra vez.")
        return _refused(request, form, answer, Throttled(wait, text))
    if not answer.is_valid():
        wrong = {name: [str(text) for text in texts] for name, texts in answer.errors.items()}
        return _refused(request, form, answer, ValidationError(wrong))
    if answer.is_too_fast or not captcha.current().check(answer.data, address=address):
        with tenancy.use(broker_id):
            capture.block(form)
        return _refused(
            request, form, answer, ValidationError([_("Eso fue muy rápido. Revisa tus datos y envía otra vez.")])
        )
    said = answer.said(proof={"ip": address, "url": request.build_absolute_uri(request.path)})
    with audit.from_request(request_id=str(uuid4()), address=address), tenancy.use(broker_id):
        capture.take(form, said, now=timezone.now())
    return _thanks(request, form)


def _blocked(request: HttpRequest, broker_id: int, form: CaptureForm, *, counted: bool) -> HttpResponse:
    """A robot hears what everybody hears; a flood of them writes no more than the limits let through."""
    if counted:
        with tenancy.use(broker_id):
            capture.block(form)
    return _thanks(request, form)


def _data(request: HttpRequest) -> dict[str, str]:
    """The answer as texts by name; raises APIException for what is too large, malformed or of another type."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        raise TooLarge(_("La respuesta es demasiado larga."))
    if request.content_type in _FORMS:
        return {name: str(value).replace("\x00", "") for name, value in request.POST.items()}
    if request.content_type != "application/json":
        raise UnsupportedMediaType(request.content_type or "")
    found = StrictJSON().parse(BytesIO(request.body))
    if not isinstance(found, dict):
        raise ParseError(_("El cuerpo tiene que ser un objeto."))
    return {name: _as_typed(value) for name, value in found.items() if value is not None}


def _as_typed(value: Any) -> str:  # noqa: ANN401 -- any JSON
    """A value of JSON as a person would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ParseError(_("Los valores tienen que ser textos, números, true o false."))


def _thanks(request: HttpRequest, form: CaptureForm) -> HttpResponse:
    """The same for everybody: a new lead, one that was there, a repeat, a robot."""
    if request.content_type == "application/json":
        body = {"status": "received", "message": form.thanks or _("Recibimos tus datos. Te contactaremos pronto.")}
        return JsonResponse(body, status=HTTPStatus.CREATED)
    response = HttpResponseRedirect(form.redirect_url or f"{reverse('crm:public-form', args=[form.token])}?sent")
    response.status_code = HTTPStatus.SEE_OTHER
    return embeddable(response, form)


def _refused(request: HttpRequest, form: CaptureForm, answer: AnswerForm, error: APIException) -> HttpResponse:
    """The form again with everything typed and what is wrong; a problem for programs."""
    if request.content_type not in _FORMS:
        return problems.respond(error)
    status = error.status_code
    if not isinstance(error, ValidationError):
        answer.add_error(None, str(error.detail))
    elif isinstance(error.detail, list):
        answer.add_error(None, [str(text) for text in error.detail])
    if isinstance(error, ValidationError):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    response = _page(request, form, answer, status=status)
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(int(error.wait or 1))  # type: ignore[attr-defined] # DRF sets it
    return response


def _page(
    request: HttpRequest, form: CaptureForm, answer: AnswerForm, *, sent: bool = False, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Drawn without the request: nothing of whoever is signed in here belongs on this page."""
    if not answer.is_bound:
        origin = {name: request.GET.get(name, "") for name in ORIGINS} | {"landing": request.build_absolute_uri()}
        origin["referrer"] = origin["referrer"] or request.headers.get("Referer", "")
        answer.initial.update({name: value.replace("\x00", "")[:500] for name, value in origin.items()})
    context = {
        "form": answer,
        "capture": form,
        "sent": sent,
        "action": reverse("crm:public-form", args=[form.token]),
        "captcha_template": captcha.current().template,
    }
    page = render_to_string("crm/public_form.html", context)
    return embeddable(HttpResponse(page, status=status), form)
