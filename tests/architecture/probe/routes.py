"""Every route of the installation, read from the URL resolver and classified. Nobody can forget a new one: it fails here."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.urls import URLPattern, URLResolver, get_resolver

TENANT, OWN, PUBLIC, PLATFORM = "tenant", "own", "public", "platform"
"""Of a brokerage · of the signed-in person · of everybody · of the admin."""


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    params: tuple[str, ...]
    answers: tuple[str, ...] = ("GET", "POST")
    """The methods it does not refuse before it looks at anything; pages know two."""

    def path(self, values):
        """The URL with these values for its parameters."""
        filled = self.pattern
        for param in self.params:
            filled = re.sub(rf"<(?:\w+:)?{param}>", str(values[param]), filled)
        return "/" + filled


def all_routes():
    """Routes with a name, each once."""
    found = {route.name: route for route in _walk(get_resolver(), "", "")}
    return sorted(found.values(), key=lambda route: route.name)


def _walk(resolver, prefix, namespace):
    for entry in resolver.url_patterns:
        pattern = prefix + _plain(str(entry.pattern))
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, (namespace, entry.namespace)))
            yield from _walk(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            name = ":".join(filter(None, (namespace, entry.name or pattern)))
            yield Route(name, pattern, tuple(re.findall(r"<(?:\w+:)?(\w+)>", pattern)), _answers(entry.callback))


def _answers(callback):
    view = getattr(callback, "cls", None)  # of the API
    known = ("PUT", "PATCH", "DELETE") if view else ()
    return ("GET", "POST", *(method for method in known if hasattr(view, method.lower())))


def _plain(pattern):
    """Regular expressions of admin, allauth and routers as path templates."""
    plain = pattern.removeprefix("^").removesuffix("$").replace(r"\Z", "").replace("/?", "/")
    plain = re.sub(r"\(\?P<(\w+)>(?:\[[^\]]*\][+*]?|\\.|[^()]|\([^()]*\))*\)", r"<\1>", plain)
    return plain.replace("\\.", ".").replace("\\", "")


def matching(table, name):
    """The entry of a table of name patterns for a route: the longest pattern that fits, or None."""
    fitting = [pattern for pattern in table if fnmatchcase(name, pattern)]
    return table[max(fitting, key=len)] if fitting else None
