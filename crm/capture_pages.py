"""Finding a public form by its address, and saying who may frame it."""

import re
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from core import tenancy
from crm import captcha, capture, custom_fields
from crm.custom_values import Definition
from crm.models import CaptureForm

_TOKEN = re.compile(r"[\w-]{20,43}", re.ASCII)


def found(token: str) -> tuple[int, CaptureForm, tuple[Definition, ...]]:
    """The brokerage, its form and its own fields; one that is unknown, switched off or of a closed brokerage is 404."""
    broker_id = capture.broker_of(token) if _TOKEN.fullmatch(token) else None
    if broker_id is None:
        raise Http404
    with tenancy.use(broker_id):
        known = CaptureForm.objects.select_related("broker", "owner")
        form = known.filter(token=token, is_active=True, broker__is_active=True).first()
        own = custom_fields.definitions() if form is not None else ()
    if form is None:
        raise Http404
    return broker_id, form, own


def embeddable(response: HttpResponse, form: CaptureForm) -> HttpResponse:
    """Let the form's own sites frame it, and no other; without any it stays as closed as every page."""
    policy: dict[str, list[str]] = {"frame-ancestors": [*form.origins] or [NONE]}
    if form.redirect_url:  # browsers hold the redirect after a post against form-action too
        parts = urlsplit(form.redirect_url)
        policy["form-action"] = [SELF, f"{parts.scheme}://{parts.netloc}"]
    response._csp_replace = policy  # type: ignore[attr-defined]  # noqa: SLF001 -- how django-csp is told
    response._csp_update = dict(captcha.current().sources)  # type: ignore[attr-defined]  # noqa: SLF001
    if form.origins:
        response.xframe_options_exempt = True  # X-Frame-Options knows no list of sites
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def default_wording(name: str) -> str:
    """A first proposal for the box, to be adapted."""
    return _(
        "Acepto que %(name)s use mis datos para contactarme y enviarme información sobre propiedades. "
        "Puedo retirar este consentimiento cuando quiera."
    ) % {"name": name}
