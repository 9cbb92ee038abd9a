"""The OpenAPI document and the page that browses it."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "report-uri /csp-report/"
)
"""Swagger writes style attributes; this page alone, which shows nobody's data, lets it."""


class Document(APIView):
    """The same for everybody: what there is, not what one may."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The OpenAPI document as JSON."""
        return HttpResponse(_document(), content_type="application/vnd.oai.openapi+json")


def page(request: HttpRequest) -> HttpResponse:
    """Swagger over the document, for people who are signed in."""
    response = render(request, "api/docs.html")
    response.headers["Content-Security-Policy"] = _CSP
    return response


@cache
def _document() -> bytes:
    """Made once per process: it takes about a second."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call] # drf-spectacular types it halfway
    with translation.override("en"):
        return json.dumps(generator.get_schema(request=None, public=True)).encode()
