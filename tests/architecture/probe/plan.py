"""What the probe tries: every route × method × identity × style, on the other brokerage's objects."""

import json
import os
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie
from uuid import UUID
from zlib import crc32

from django.test import Client

from tests.architecture.probe import classes
from tests.architecture.probe.routes import PLATFORM, PUBLIC, TENANT, Route, all_routes

NOWHERE = UUID("01890000-0000-7000-8000-000000000000")
SESSIONS = ("stranger", "strange_agent", "strange_staff", "colleague", "gone")
OUTSIDE = ("session:gone", "anonymous")
AT_THE_ADMIN = ("session:strange_staff", "session:stranger", "anonymous")  # it asks for staff first, then for whose
TOKENS = ("stranger", "reader")
IDENTITIES = (
    *(f"session:{name}" for name in (*SESSIONS, "owner", "andes_staff")),
    *(f"token:{name}" for name in (*TOKENS, "owner")),
    "anonymous",
)
WHOLE = os.environ.get("PROBE") == "full"
"""Every way in every style; otherwise each identity comes in one of them, and all three are tried at every route.

A method that the route refuses whoever asks is then tried by one of them at every second route, another one each time. Who is
no staff gets no further than the door of the admin, whatever the method: they take turns there. So do those who are not signed
in and those who no longer are, from route to route.
"""
BROAD = ("GET", "POST")
REST = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Attempt:
    route: Route
    method: str
    identity: str
    style: str


@cache
def attempts():
    """All attempts by somebody who is a stranger there, in the order of routes."""
    return [
        attempt
        for route in all_routes()
        for turn, identity in enumerate(_identities(route), crc32(route.name.encode()))
        for place, (method, styles) in enumerate(_ways(route))
        if WHOLE or _takes_its_turn(route, identity, method, turn + place)
        for style in (styles if WHOLE else [styles[turn % len(styles)]])
        if classes.concerns(attempt := Attempt(route, method, identity, style))
    ]


def _takes_its_turn(route, identity, method, turn):
    if classes.of(route) == PLATFORM and (identity != AT_THE_ADMIN[0] or method not in BROAD):
        return turn % (len(BROAD) if method in BROAD else 2 * len(AT_THE_ADMIN)) == 0
    if method not in route.answers:
        return turn % (2 * len(_identities(route))) == 0
    return identity not in OUTSIDE or OUTSIDE.index(identity) == crc32(route.name.encode()) % 2


def _identities(route):
    if classes.of(route) == PLATFORM:
        return AT_THE_ADMIN
    sessions = [f"session:{name}" for name in SESSIONS]
    if route.pattern.startswith("api/"):
        sessions += [f"token:{name}" for name in TOKENS]
    return [*sessions, "anonymous"]


def _ways(route):
    """Its methods, each with the styles it comes in."""
    if classes.of(route) in {PLATFORM, PUBLIC}:
        return [(method, ("form",)) for method in (*BROAD, "PUT", "DELETE")]
    styles = ("form", "json") if route.pattern.startswith("api/") else ("form", "htmx", "json")
    return [*((method, styles) for method in BROAD), *((method, ("json",)) for method in REST)]


def compares(attempt):
    """Whether to compare with an object that does not exist: for those who might learn something."""
    curious = attempt.identity in {"session:stranger", "session:colleague", "token:stranger"}
    return (
        curious
        and attempt.route.params
        and classes.of(attempt.route) == TENANT
        and attempt.method in _answered(attempt.route)
    )


def _answered(route):
    """The methods that may tell anything: pages refuse all but two before they look at what is named."""
    return (*BROAD, *REST) if WHOLE or route.pattern.startswith("api/") else BROAD


def client_for(world, identity):
    """A client that is somebody, `session:name`, `token:name` or `anonymous`; signed in once a world.

    What an earlier answer did to its cookies is undone, as its writes are.
    """
    if identity not in world.clients:
        client = _sign_in(world, identity)
        world.clients[identity] = client, {name: morsel.value for name, morsel in client.cookies.items()}
    client, cookies = world.clients[identity]
    client.cookies = SimpleCookie(cookies)
    return client


def _sign_in(world, identity):
    kind, _, name = identity.partition(":")
    client = Client(raise_request_exception=False)
    if kind == "session":
        client.force_login(getattr(world, name), backend="accounts.backends.SignIn")
    elif kind == "token":
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {world.secrets[name]}"
    return client


def send(client, attempt, values, body):
    """One request; returns the response."""
    path = attempt.route.path(values)
    headers = {"HX-Request": "true"} if attempt.style == "htmx" else {}
    if attempt.style == "json":
        headers["Accept"] = "application/json"
        return client.generic(attempt.method, path, json.dumps(body), content_type="application/json", headers=headers)
    if attempt.method in {"POST", "GET"}:
        return getattr(client, attempt.method.lower())(path, body, headers=headers)
    return client.generic(attempt.method, path, headers=headers)


def theirs(world):
    """A body naming the other brokerage's objects wherever a field might take one."""
    lead, user, tag = (str(world.objects[kind].public_id) for kind in ("lead", "user", "tag"))
    return {
        "stage": "perfilamiento", "new_stage": "agendado", "name": "Intruso", "body": "intruso", "text": "intruso", "note": "intruso",
        "lead": lead, "lead_id": lead, "before": lead, "after": lead, "referred_by": lead, "id": lead,
        "assigned_to": user, "owner": user, "user": user, "to": user, "tags": tag, "tag": tag, "version": "1",
        "broker": str(world.andes.pk), "broker_id": str(world.andes.pk), "role": "admin", "email": "intruso@sur.example",
        "reason": "x", "lost_reason": "precio", "force": "on", "action": "delete_selected", "_selected_action": str(world.objects["lead"].pk),
    }  # fmt: skip
