"""Pages by cursor: the last page costs what the first does, and rows that arrive meanwhile shift nothing.

The querysets paged here select their ordering columns first and the row's JSON text last (core.api.rows).
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Expression, Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from core import crypto, tenancy
from core.api import rows

if TYPE_CHECKING:  # views read the settings that name this module
    from rest_framework.views import APIView

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
_LONGEST_CURSOR = 1000


class Newest(BasePagination):
    """Newest first: by `created_at`, then by key. Subclasses name other indexed columns."""

    columns: ClassVar[tuple[str, str]] = ("created_at", "pk")
    descending: ClassVar[bool] = True

    def page(self, queryset: QuerySet[Any], row: Expression, request: Request) -> HttpResponse:
        """One page of `queryset`, each row as the JSON `row` makes; 400 on a limit or cursor that cannot be."""
        limit, after = _limit(request), self._after(request)
        ordered = queryset.order_by(*[f"-{column}" if self.descending else column for column in self.columns])
        if after is not None:
            ordered = ordered.filter(after)
        found: list[tuple[Any, ...]] = list(
            ordered.annotate(row=rows.as_text(row)).values_list(*self.columns, "row")[: limit + 1]
        )
        shown = found[:limit]
        more = self._cursor(shown[-1]) if len(found) > limit else None
        return rows.respond(self._text(request, [text for *_position, text in shown], more))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What a page looks like, for OpenAPI."""
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        """The query parameters of paging, for OpenAPI."""
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        cursor = {"type": "string", "maxLength": _LONGEST_CURSOR}
        return [
            {"name": "limit", "in": "query", "description": "Rows per page.", "schema": limit},
            {"name": "cursor", "in": "query", "description": "From the `next` of a page before.", "schema": cursor},
        ]

    def _text(self, request: Request, texts: Sequence[str], more: str | None) -> str:
        following = replace_query_param(request.build_absolute_uri(), "cursor", more) if more else None
        return f'{{"next": {json.dumps(following)}, "results": [{", ".join(texts)}]}}'

    def _after(self, request: Request) -> Q | None:
        text = request.query_params.get("cursor", "")
        if not text:
            return None
        try:
            first, key = self._opened(text)
        except (ValueError, TypeError) as error:
            raise ValidationError({"cursor": [_("Este cursor no es de esta lista. Empieza sin él.")]}) from error
        ahead = "lt" if self.descending else "gt"
        column, tie = self.columns
        return Q(**{f"{column}__{ahead}e": first}) & (
            Q(**{f"{column}__{ahead}": first}) | Q(**{f"{tie}__{ahead}": key})
        )

    def _cursor(self, position: tuple[Any, ...]) -> str:
        """The position, sealed: it holds a key that never leaves the house."""
        first, key, _text = position
        plain = json.dumps([first.isoformat() if isinstance(first, datetime) else first, key]).encode()
        return base64.urlsafe_b64encode(crypto.seal(plain, bound_to=self._binding())).decode().rstrip("=")

    def _opened(self, text: str) -> tuple[Any, int]:
        if len(text) > _LONGEST_CURSOR:
            raise ValueError("too long")
        try:
            sealed = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except (binascii.Error, UnicodeEncodeError) as error:
            raise ValueError("not base64") from error
        first, key = json.loads(crypto.unseal(sealed, bound_to=self._binding()))
        return (datetime.fromisoformat(first) if self.columns[0].endswith("at") else first), int(key)

    def _binding(self) -> str:
        return f"{tenancy.current()}|cursor|{self.columns[0]}|"


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "")
    if not text:
        return DEFAULT_LIMIT
    limit = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT)) else 0
    if not 1 <= limit <= MAX_LIMIT:
        raise ValidationError({"limit": [_("Escribe un número de 1 a %(most)s.") % {"most": MAX_LIMIT}]})
    return limit
