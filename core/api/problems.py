"""Errors in one shape everywhere: `application/problem+json` (RFC 9457) with type, title, status, detail and errors.

`handler` answers for DRF's views; `middleware` for whatever under /api/ never reached one (unknown paths, crashes).
"""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.api.parsers import TooLarge

CONTENT_TYPE = "application/problem+json"
GENERAL = "non_field_errors"
"""The key of `errors` for what concerns no single field."""
_KINDS = {
    400: "bad-request",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    412: "changed-meanwhile",
    413: "too-large",
    415: "unsupported-media-type",
    422: "not-allowed-now",
    429: "too-many-requests",
    500: "server-error",
}
_ERROR = 400
_SERVER_ERROR = 500
_DEEPEST_ERROR = 8


class Problem(exceptions.APIException):
    """A refusal with a name: `kind` ends its `type`, `facts` are further members of the answer."""

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        *,
        facts: Mapping[str, Any] | None = None,
        errors: Mapping[str, list[str]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status_code = int(status)
        self.kind, self.facts, self.errors = kind, dict(facts or {}), dict(errors or {})


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: the problem an exception stands for; None lets a bug be a 500."""
    known = _known(error)
    response = exception_handler(known, dict(context))
    if response is None or not isinstance(known, exceptions.APIException):
        return None
    body = _body(known)
    return Response(
        body,
        status=known.status_code,
        headers={name: value for name, value in response.headers.items() if name != "Content-Type"},
        content_type=CONTENT_TYPE,
    )


def respond(error: exceptions.APIException) -> HttpResponse:
    """The problem as an answer, for views that are not DRF's."""
    response = JsonResponse(_body(error), status=error.status_code)
    response.headers["Content-Type"] = CONTENT_TYPE
    wait = getattr(error, "wait", None)
    if wait:
        response.headers["Retry-After"] = str(int(wait))
    return response


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give Django's own error pages under /api/ the shape of a problem."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        mine = request.path_info.startswith("/api/")
        if mine and response.status_code >= _ERROR and not _is_json(response):
            return _instead_of(response)
        return response

    return handle


def _is_json(response: HttpResponseBase) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def _instead_of(page: HttpResponseBase) -> HttpResponse:
    status = page.status_code
    problem = JsonResponse(_members(status, _KINDS.get(status, "error"), _plain_detail(status)), status=status)
    for name, value in page.headers.items():
        if name not in {"Content-Type", "Content-Length"}:
            problem.headers[name] = value
    problem.headers["Content-Type"] = CONTENT_TYPE
    return problem


def _plain_detail(status: int) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return _("Aquí no hay nada, o no es tuyo.")
    if status >= _SERVER_ERROR:
        return _("Algo falló de nuestro lado. No se guardó nada.")
    return _("No se pudo atender la petición.")


def _known(error: Exception) -> Exception:
    """Django's exceptions as DRF's."""
    if isinstance(error, Http404):
        return exceptions.NotFound(_plain_detail(404))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(*error.args[:1])
    if isinstance(error, RequestDataTooBig):
        return TooLarge(_("El cuerpo es demasiado grande."))
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError(_("No se pudo entender la petición."))
    return error


def _body(error: exceptions.APIException) -> dict[str, Any]:
    status = error.status_code
    if isinstance(error, Problem):
        return _members(status, error.kind, str(error.detail), error.errors) | error.facts
    if isinstance(error, exceptions.ValidationError):
        detail = _("Hay campos por corregir.")
        return _members(status, "validation", detail, _by_field(error.detail))
    return _members(status, _KINDS.get(status, "error"), str(error.detail))


def _members(status: int, kind: str, detail: str, errors: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    return {
        "type": f"urn:corredor:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": dict(errors or {}),
    }


def _by_field(detail: object) -> dict[str, list[str]]:
    """DRF's nested errors as {"budget.amount": ["…"]}."""
    found: dict[str, list[str]] = {}
    for path, text in _leaves(detail, ()):
        found.setdefault(".".join(path) or GENERAL, []).append(text)
    return found


def _leaves(detail: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            inside = path if key == GENERAL and path else (*path, str(key))
            yield from _leaves(inner, inside[:_DEEPEST_ERROR])
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from _leaves(inner, (*path, str(index)) if nested else path)
    else:
        yield path, str(detail)
