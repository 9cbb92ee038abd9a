"""Whose each route is, which object its parameters name, and how its owner reaches it (the positive control).

A route that fits no line fails the suite; so does a parameter without a kind.
"""

from tests.architecture.probe.routes import OWN, PLATFORM, PUBLIC, TENANT, matching

CLASSES = {
    "account_*": PUBLIC,
    "mfa_*": OWN,
    "usersessions_*": OWN,
    "admin:*": PLATFORM,
    "home": TENANT,
    "csp-report": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "set_language": PUBLIC,
}
PARAMS = {}
CONTROLS = {}


def of(route):
    """The route's class; fails when nobody classified it."""
    found = matching(CLASSES, route.name)
    assert found, f"{route.name} ({route.pattern}) is not classified: add it to tests/architecture/probe/classes.py"
    return found


def kind_of(route, param):
    """The kind of object a parameter names; fails when nobody said."""
    found = matching(PARAMS, f"{route.name}.{param}")
    assert found, f"{route.name} takes {param!r}: say in tests/architecture/probe/classes.py what it names"
    return found


def values(world, route):
    """The parameters' values for an object of Andes."""
    return {param: _name_of(world.objects, kind_of(route, param)) for param in route.params}


def nobodys(route):
    """Values of the same shape that name nothing."""
    return {param: NOTHING[kind_of(route, param)[1]] for param in route.params}


def concerns(attempt):
    """Whether an identity is a stranger to a route: a colleague is one to the leads of others only."""
    if attempt.identity != "session:colleague":
        return True
    return any(matching(PARAMS, f"{attempt.route.name}.{param}")[0] == "lead" for param in attempt.route.params)


def control(route, world):
    """How the owner reaches a route: GET unless CONTROLS says a method and a body."""
    method, body = matching(CONTROLS, route.name) or ("GET", {})
    return method, body(world) if callable(body) else body


NOTHING = {"uuid": "01890000-0000-7000-8000-000000000000", "id": 987654321, "text": "nada"}


def _name_of(objects, kind):
    what, how = kind
    if how == "uuid":
        return objects[what].public_id
    return objects[what].pk if how == "id" else what
