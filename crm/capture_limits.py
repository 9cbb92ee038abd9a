"""So many answers an hour: for each network at a form, and for each form. Counted in the cache all processes share.

The count is not exact to the one (two at once may be counted as one), and need not be.
"""

from ipaddress import IPv6Address, ip_address, ip_network
from time import time

from django.core.cache import cache

PER_NETWORK, PER_FORM = (20, 600), (600, 3600)
"""Answers and seconds. An office or an open house shares one address; a form on a busy page gets some hundreds."""
_IPV6_PREFIX = 64  # what one household has


def spend(token: str, address: str) -> int:
    """Count an answer; 0 when it may pass, else the seconds to wait.

    What its network's limit stops is not counted for the form: one flood must not close it for everybody.
    """
    return _count(f"form-{token}-{_network(address)}", *PER_NETWORK) or _count(f"form-{token}", *PER_FORM)


def spend_network(door: str, address: str) -> int:
    """Count a knock of a network at another public door; 0 when it may pass, else the seconds to wait."""
    return _count(f"{door}-{_network(address)}", *PER_NETWORK)


def _count(key: str, most: int, seconds: int) -> int:
    now = time()
    window = int(now // seconds)
    slot = f"{key}-{window}"
    taken = int(cache.get(slot, 0))
    if taken >= most:
        return int((window + 1) * seconds - now) + 1
    cache.set(slot, taken + 1, timeout=seconds)
    return 0


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        return str(ip_network((known, _IPV6_PREFIX), strict=False).network_address)
    return str(known)
