"""Where our servers connect to when people say where: public addresses only. Nobody reaches by us what only we can.

The URL is checked when it is typed; the address again at every attempt, after the name was resolved and before the
connection is made, which then goes to that very address. A name that means something else a second later changes
nothing. `WEBHOOKS_ANYWHERE` lifts all of it for development on one's own machine.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

MOST_CHARACTERS = 500
PORTS = {"https": frozenset({443, 8443})}
_DEFAULT_PORTS = {"https": 443, "http": 80}
_PLAIN = re.compile(r"[\x21-\x7e]+\Z")  # neither blanks nor control characters nor letters that only look like others
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_NUMBERISH = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion", "test")
_MAX_HOST = 253
_NEVER_V6 = [
    ipaddress.ip_network(text)
    for text in (
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",  # tunnels, documentation, routers
    )
]  # fmt: skip
_NEVER_V4 = [
    ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "100.64.0.0/10")
]
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]


class Unsuitable(ValueError):
    """An address that must not be called; `code` says why: `shape`, `scheme`, `userinfo`, `host`, `port`, `private`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL taken apart: what to connect to and what to ask for."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        """The host as the request names it; the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str) -> Destination:
    """Take a URL apart; raises Unsuitable when it cannot be a destination whatever its name resolves to."""
    if len(url) > MOST_CHARACTERS or not _PLAIN.match(url) or "\\" in url or "#" in url:
        raise Unsuitable("shape")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").lower()
    except ValueError as error:
        raise Unsuitable("shape") from error
    if parts.scheme not in _schemes():
        raise Unsuitable("scheme")
    if "@" in parts.netloc:
        raise Unsuitable("userinfo")
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if not settings.WEBHOOKS_ANYWHERE:
        if port not in PORTS[parts.scheme]:
            raise Unsuitable("port")
        _check_host(host)
    if not host or not port:
        raise Unsuitable("host" if not host else "port")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port, target)


def addresses(host: str, port: int, resolver: Resolver) -> list[str]:
    """What a host resolves to; raises Unsuitable("private") when any of it is not public, OSError when nothing is."""
    found = list(resolver(host, port))
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, host)
    if not settings.WEBHOOKS_ANYWHERE and not all(is_public(address) for address in found):
        raise Unsuitable("private")
    return found


def check_host(host: str) -> None:
    """Raise Unsuitable when a name cannot be anybody's server on the internet, whatever it resolves to."""
    if not settings.WEBHOOKS_ANYWHERE:
        _check_host(host)


def only_in_development() -> None:
    """For what is fine on one's own machine alone; raises Unsuitable("port") elsewhere."""
    if not settings.WEBHOOKS_ANYWHERE:
        raise Unsuitable("port")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    """Whether an address is anybody's on the internet: not ours, not this machine's, not a tunnel to either."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if "%" in text or not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NEVER_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _NEVER_V6)


def _schemes() -> tuple[str, ...]:
    return ("https", "http") if settings.WEBHOOKS_ANYWHERE else ("https",)


def _check_host(host: str) -> None:
    """A name with a dot that is not of an inner network, or a literal public address in its one usual spelling."""
    if _is_literal(host):
        if not is_public(host):
            raise Unsuitable("private")
        return
    labels = host.split(".")
    if len(host) > _MAX_HOST or not all(_LABEL.match(label) for label in labels):
        raise Unsuitable("host")
    if labels[-1] in _INSIDE or len(labels) == 1:
        raise Unsuitable("private")
    if _NUMBERISH.match(labels[-1]):
        raise Unsuitable("host")  # 127.1, 0x7f.0.0.1: numbers in disguise


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
