"""`Idempotency-Key`: a write that is sent twice is done once, and both get the same answer.

The key is claimed by a row in the transaction of the write itself. Whoever comes second at the same moment waits at
that row until the first has committed, then reads its answer; when the first failed there is no row, and it goes on.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import OperationalError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import gettext as _

from core import tenancy
from core.api import problems
from core.models import KeptAnswer

KEPT = timedelta(hours=24)
HEADER = "Idempotency-Key"
LONGEST = 200
_KEY = re.compile(rf"[!-~]{{1,{LONGEST}}}")
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HEADERS = ("Content-Type", "Location", "ETag")
_OF_THE_MOMENT = frozenset({401, 403, 413, 415, 429})
"""Answers that say something about the caller or the call, nothing about what was done: a repeat is tried anew."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class _Token(Protocol):
    pk: int


class _Caller(HttpRequest):
    """What is read of a request: accounts.middleware has put it there."""

    api_token: _Token | None


def middleware(get_response: GetResponse) -> GetResponse:
    """Answer a repeated write with its first answer. Stands below whatever opens the brokerage."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if key is None or request.method not in _WRITES or not request.path_info.startswith("/api/"):
            return get_response(request)
        if not tenancy.is_open() or not request.user.is_authenticated:
            return get_response(request)  # as nobody: refused there
        if not _KEY.fullmatch(key):
            detail = _("Idempotency-Key: de 1 a %(most)s caracteres ASCII visibles.") % {"most": LONGEST}
            return _refused(HTTPStatus.BAD_REQUEST, "idempotency-key", detail)
        fingerprint = _fingerprint(request)
        if fingerprint is None:
            return get_response(request)  # a body that cannot be read is refused there, and nothing is done
        return _once(request, key, fingerprint, get_response)

    return handle


def purge(*, now: datetime) -> int:
    """Delete the answers of the brokerage in force that nobody can ask for any more; returns how many."""
    return KeptAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]


def forget(contains: Iterable[str]) -> int:
    """Delete the brokerage's answers that contain any of these texts (a name, a number, an id); returns how many."""
    wanted = Q()
    for text in filter(None, contains):
        wanted |= Q(body__contains=text) | Q(body__contains=json.dumps(text)[1:-1]) | Q(key__contains=text)
    return KeptAnswer.objects.filter(wanted).delete()[0] if wanted else 0


def documented(result: dict[str, Any], **_context: Any) -> dict[str, Any]:  # noqa: ANN401 -- a hook of drf-spectacular
    """Say so in the OpenAPI document, at every write."""
    problem = {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = {
        "400": "The request is malformed, or Idempotency-Key is no key.",
        "409": "The first call with this Idempotency-Key is still being worked on.",
        "422": "This Idempotency-Key was used for another call.",
    }
    for path in result["paths"].values():
        for method, operation in path.items():
            if method.upper() in _WRITES:
                operation.setdefault("parameters", []).append(_PARAMETER)
                for status, text in told.items():
                    operation["responses"].setdefault(status, {"description": text, "content": problem})
    return result


_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "description": "Any text of the caller's: a repeat within 24 hours is not done again and gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
}


def _once(request: HttpRequest, key: str, fingerprint: str, get_response: GetResponse) -> HttpResponseBase:
    now = timezone.now()
    try:
        kept, mine = _claim(request, key, fingerprint, now)
    except OperationalError:  # statement_timeout: the first takes longer than we wait
        detail = _("La primera llamada con esta Idempotency-Key sigue en curso.")
        return _refused(HTTPStatus.CONFLICT, "in-progress", detail)
    if not mine:
        return _again(kept, fingerprint)
    response = get_response(request)
    if response.streaming or response.status_code in _OF_THE_MOMENT:
        kept.delete()
    elif response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:  # after those everything is rolled back, this too
        whole = cast("HttpResponse", response)
        kept.status, kept.body = whole.status_code, whole.content.decode()
        kept.headers = {name: whole.headers[name] for name in _HEADERS if name in whole.headers}
        kept.save()
    return response


def _claim(request: HttpRequest, key: str, fingerprint: str, now: datetime) -> tuple[KeptAnswer, bool]:
    """The row of the key, and whether the call is ours to do; waits for whoever is doing it at this moment."""
    token = cast("_Caller", request).api_token
    caller = {"user_id": cast("int", request.user.pk), "token_id": token.pk if token else 0}
    row = KeptAnswer(**caller, key=key, fingerprint=fingerprint, created_at=now)
    with transaction.atomic():
        KeptAnswer.objects.bulk_create([row], ignore_conflicts=True)
        kept = KeptAnswer.objects.select_for_update().get(**caller, key=key)
    mine = kept.status == 0
    if kept.created_at < now - KEPT:
        kept.created_at, kept.fingerprint, mine = now, fingerprint, True
    return kept, mine


def _again(kept: KeptAnswer, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        detail = _("Esa Idempotency-Key ya se usó para otra llamada.")
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail)
    return HttpResponse(kept.body, status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})


def _refused(status: HTTPStatus, kind: str, detail: str) -> HttpResponse:
    return problems.respond(problems.Problem(status, kind, detail))


def _fingerprint(request: HttpRequest) -> str | None:
    """A hash of what is asked for: method, address and body; of a form its fields and files, whatever its boundary."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    try:
        if request.content_type != "multipart/form-data":
            if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                return None
            digest.update((request.content_type or "").encode() + b"\n" + request.body)
            return digest.hexdigest()
        digest.update(json.dumps(sorted(request.POST.lists())).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(json.dumps([name, file.name, file.size]).encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    except (MultiPartParserError, UnreadablePostError, RequestDataTooBig, TooManyFilesSent, ValueError):
        return None
    return digest.hexdigest()
