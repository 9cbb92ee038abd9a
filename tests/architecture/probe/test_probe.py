"""The probe: strangers try every door of the house. No canary comes out, nothing changes, nothing breaks."""

import json

import pytest

from tests.architecture.probe import classes, plan
from tests.architecture.probe.routes import OWN, TENANT, all_routes
from tests.architecture.probe.world import CANARY

CHUNKS = 24
LEAST = 5_000


def leaks(response):
    told = b"".join(response.streaming_content) if response.streaming else response.content
    return CANARY in told.decode("utf-8", "replace").lower() or CANARY in json.dumps(dict(response.headers)).lower()


def try_(world, client, attempt, values, body, before):
    """Send one request and undo it; returns (response, whether Andes changed)."""
    response = plan.send(client, attempt, values, body)
    changed = world.undone.wrote and world.snapshot() != before
    world.undone.take_back()
    return response, changed


def faults_of(world, attempt, before):
    client = plan.client_for(world, attempt.identity)
    body = plan.theirs(world)
    response, changed = try_(world, client, attempt, classes.values(world, attempt.route), body, before)
    if response.status_code >= 500 and attempt.route.name != "readyz":
        yield "server error"
    if leaks(response):
        yield "canary"
    if changed:
        yield "change"
    if plan.compares(attempt):
        nobodys, _ = try_(world, client, attempt, classes.nobodys(world, attempt.route), body, before)
        if nobodys.status_code != response.status_code:
            yield f"{response.status_code} for theirs, {nobodys.status_code} for nobody's"
    closed = classes.of(attempt.route) in {TENANT, OWN} and attempt.identity in {"anonymous", "session:gone"}
    if closed and response.status_code < 300 and "HX-Redirect" not in response.headers:
        yield "let a stranger in"


def test_the_plan_is_large_and_complete():
    """Every route is classified, every parameter has a kind, and there are thousands of attempts."""
    for route in all_routes():
        for param in route.params:
            classes.kind_of(route, param)
    attempts = plan.attempts()
    assert len(attempts) >= LEAST
    of_pages = {(each.route.name, each.method, each.style) for each in attempts if each.style == "htmx"}
    assert {(name, method, style) for name, method, _ in of_pages for style in ("form", "htmx", "json")} <= {
        (each.route.name, each.method, each.style) for each in attempts
    }


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_strangers_get_nothing(world, chunk):
    before = world.snapshot()
    found = [
        f"{fault}: {attempt.identity} {attempt.method} {attempt.route.name} ({attempt.style})"
        for attempt in plan.attempts()[chunk::CHUNKS]
        for fault in faults_of(world, attempt, before)
    ]
    assert found == []
    assert world.snapshot() == before, "somebody wrote behind a SELECT"


def test_a_change_is_seen_and_taken_back(world):
    """What the owner writes is one: a probe that missed it would prove nothing."""
    before = world.snapshot()
    [route] = [route for route in all_routes() if route.name == "crm:lead-note"]
    attempt = plan.Attempt(route, "POST", "session:owner", "form")
    client = plan.client_for(world, attempt.identity)
    _, changed = try_(world, client, attempt, classes.values(world, route), {"body": "hola"}, before)
    assert changed
    assert world.snapshot() == before


@pytest.mark.parametrize(
    "route", [route for route in all_routes() if classes.of(route) == TENANT], ids=lambda route: route.name
)
def test_the_owner_gets_in(world, route):
    """The positive control: without it a probe of a broken route would prove nothing."""
    method, body = classes.control(route, world)
    identity = "token:owner" if route.pattern.startswith("api/") else "session:owner"
    style = "json" if route.pattern.startswith("api/") and "file" not in body else "form"
    client = plan.client_for(world, identity)
    response = plan.send(client, plan.Attempt(route, method, identity, style), classes.values(world, route), body)
    assert response.status_code < 400, response.content[:500]
