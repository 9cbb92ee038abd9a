"""Pages by cursor (core.keyset), their rows written as JSON by PostgreSQL (core.api.rows)."""

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Expression, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from core import keyset
from core.api import rows
from core.keyset import Order

if TYPE_CHECKING:  # views read the settings that name this module
    from rest_framework.views import APIView

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


class Newest(BasePagination):
    """Newest first: by `created_at`, then by key. Subclasses know other orders; each has its index."""

    orders: ClassVar[tuple[Order, ...]] = (Order("newest", "created_at", descending=True, timed=True),)

    def page(self, queryset: QuerySet[Any], row: Expression, request: Request) -> HttpResponse:
        """One page of `queryset`, each row as the JSON `row` makes; 400 on a limit, order or cursor that cannot be."""
        limit, order = limit_of(request), self._order(request)
        shaped = queryset.only(order.column).annotate(row=rows.as_text(row))
        try:
            page = keyset.page(shaped, order, cursor=request.query_params.get("cursor", ""), size=limit)
        except keyset.BadCursor as error:
            raise ValidationError({"cursor": [_("Este cursor no es de esta lista. Empieza sin él.")]}) from error
        following = replace_query_param(request.build_absolute_uri(), "cursor", page.next) if page.next else None
        shown = ", ".join(found.row for found in page.rows)
        return rows.respond(f'{{"next": {json.dumps(following)}, "results": [{shown}]}}')

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
        said = [
            ("limit", "Rows per page.", limit),
            ("cursor", "From the `next` of a page before.", {"type": "string", "maxLength": 1000}),
        ]
        if len(self.orders) > 1:
            names = [order.name for order in self.orders]
            said.append(("sort", "The order; rows without a value come last.", {"type": "string", "enum": names}))
        return [{"name": name, "in": "query", "description": text, "schema": schema} for name, text, schema in said]

    def _order(self, request: Request) -> Order:
        wanted = request.query_params.get("sort", self.orders[0].name)
        for order in self.orders:
            if order.name == wanted:
                return order
        names = ", ".join(order.name for order in self.orders)
        raise ValidationError({"sort": [_("Este orden no existe. Los que hay: %(names)s.") % {"names": names}]})


def limit_of(request: Request) -> int:
    """How many rows a page shall have; raises ValidationError for anything but 1 to MAX_LIMIT."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    limit = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT)) else 0
    if not 1 <= limit <= MAX_LIMIT:
        raise ValidationError({"limit": [_("Escribe un número de 1 a %(most)s.") % {"most": MAX_LIMIT}]})
    return limit
