"""News for the pages that are open: a notification of PostgreSQL, sent when the transaction commits and not otherwise.

`core.live_hub` hears it in every web process, `core.live_stream` carries it to the browsers. News says that something
changed and where, never what: a page asks for what it shows, as any page does.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from core import tenancy

CHANNEL = "corredor_live"
MANY: Mapping[str, Any] = {"many": True}
"""Facts of news about too much to name: pages ask for everything anew."""

_MOST_BYTES = 7_500  # PostgreSQL refuses notifications of 8,000
_PAGE = re.compile(r"[0-9a-f-]{8,36}")
_page: ContextVar[str] = ContextVar("live_page", default="")


@dataclass(frozen=True, slots=True)
class News:
    """Something changed. `to` are the users it is for, None for all of the brokerage; `admins` hear it besides."""

    broker_id: int
    topic: str
    facts: Mapping[str, Any]
    to: frozenset[int] | None
    admins: bool
    page: str

    @classmethod
    def read(cls, payload: str) -> "News":
        """The news of a notification; raises ValueError, KeyError or TypeError when it is none of ours."""
        told = json.loads(payload)
        to = None if told["to"] is None else frozenset(told["to"])
        return cls(int(told["broker"]), str(told["topic"]), dict(told["facts"]), to, bool(told["admins"]), told["page"])

    def is_for(self, user_id: int, *, is_admin: bool) -> bool:
        """Whether a person of the brokerage may hear it."""
        return self.to is None or user_id in self.to or (self.admins and is_admin)


def tell(topic: str, facts: Mapping[str, Any], *, to: Collection[int] | None = None, admins: bool = True) -> None:
    """Tell the open pages of the brokerage in force, once its transaction commits.

    `facts` are ids and values of enums, never names or texts of people; what is too long becomes MANY. `to` are ids of
    users, None for everybody; with `admins` those who run the brokerage hear it whoever it is for.
    """
    told = {
        "broker": tenancy.current(),
        "topic": topic,
        "facts": dict(facts),
        "to": None if to is None else sorted(to),
        "admins": admins,
        "page": _page.get(),
    }
    payload = json.dumps(told, separators=(",", ":"))
    if len(payload) > _MOST_BYTES:
        payload = json.dumps(told | {"facts": dict(MANY)}, separators=(",", ":"))
    if len(payload) > _MOST_BYTES:  # hundreds of people: all may know that there was something
        payload = json.dumps(told | {"facts": dict(MANY), "to": None}, separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Remember which open page a request comes from (static/js/live.js names itself): it does not need its own news."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        named = request.headers.get("X-Page", "")
        token = _page.set(named if _PAGE.fullmatch(named) else "")
        try:
            return get_response(request)
        finally:
            _page.reset(token)

    return handle
