"""What the probe tries: every route × method × identity × style, on the other brokerage's objects."""

import json
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.test import Client

from tests.architecture.probe import classes
from tests.architecture.probe.routes import PLATFORM, PUBLIC, TENANT, Route, all_routes

NOWHERE = UUID("01890000-0000-7000-8000-000000000000")
SESSIONS = ("stranger", "strange_agent", "strange_staff", "colleague", "gone")
AT_THE_ADMIN = ("session:strange_staff", "session:stranger", "anonymous")  # it asks for staff first, then for whose
TOKENS = ("stranger", "reader")
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
    planned = (
        Attempt(route, method, identity, style)
        for route in all_routes()
        for identity in _identities(route)
        for method, style in _ways(route)
    )
    return [attempt for attempt in planned if classes.concerns(attempt)]


def _identities(route):
    if classes.of(route) == PLATFORM:
        return AT_THE_ADMIN
    sessions = [f"session:{name}" for name in SESSIONS]
    if route.pattern.startswith("api/"):
        sessions += [f"token:{name}" for name in TOKENS]
    return [*sessions, "anonymous"]


def _ways(route):
    styles = ("form", "json") if route.pattern.startswith("api/") else ("form", "htmx", "json")
    if classes.of(route) in {PLATFORM, PUBLIC}:
        return [*((method, "form") for method in BROAD), ("PUT", "form"), ("DELETE", "form")]
    return [*((method, style) for method in BROAD for style in styles), *((method, "json") for method in REST)]


def compares(attempt):
    """Whether to compare with an object that does not exist: once a way, for those who might learn something."""
    curious = attempt.identity in {"session:stranger", "session:colleague", "token:stranger"}
    return curious and attempt.route.params and classes.of(attempt.route) == TENANT and attempt.style != "htmx"


def client_for(world, identity):
    """A client that is somebody, `session:name`, `token:name` or `anonymous`; signed in once a world."""
    if identity not in world.clients:
        world.clients[identity] = _sign_in(world, identity)
    return world.clients[identity]


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
