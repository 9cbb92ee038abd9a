"""So many calls a minute for each caller: an API token, or a person with a session.

The count lives in the cache, which every web process shares. Each process takes its calls from there in parcels of a
twentieth of the rate: counting every call would write a row, and hold its lock, in every request.
"""

from dataclasses import dataclass, field
from threading import Lock
from time import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:  # views read the settings that name this module
    from rest_framework.views import APIView

_PARCELS = 20
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_MOST_CALLERS = 10_000


@dataclass
class _Purse:
    """What this process may still let through for a caller, in one window of time."""

    window: int
    left: int = 0
    lock: Lock = field(default_factory=Lock)


_purses: dict[str, _Purse] = {}
_lock = Lock()


def rate() -> tuple[int, int]:
    """Calls and seconds of the setting `caller`, which is written like "600/min"."""
    calls, _, period = str(api_settings.DEFAULT_THROTTLE_RATES["caller"]).partition("/")
    return int(calls), _SECONDS[period[0]]


class PerCaller(BaseThrottle):
    """Counts per token, else per person, in fixed windows; whoever is nobody was refused before."""

    waits = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether the call may pass; takes one from the caller's purse."""
        calls, seconds = rate()
        now = time()
        window = int(now // seconds)
        self.waits = (window + 1) * seconds - now
        return _spend(_key(request), window, calls, seconds)

    def wait(self) -> float:
        """Seconds until the window ends (Retry-After)."""
        return self.waits


def _key(request: Request) -> str:
    token = request.auth
    return f"api-token-{token.pk}" if token is not None else f"api-user-{request.user.pk}"


def _spend(key: str, window: int, calls: int, seconds: int) -> bool:
    with _lock:
        purse = _purses.get(key)
        if purse is None or purse.window != window:
            if len(_purses) >= _MOST_CALLERS:
                _purses.clear()
            purse = _purses[key] = _Purse(window)
    with purse.lock:  # its own, so that a caller who waits for the database keeps nobody else waiting
        if purse.left == 0:
            purse.left = _parcel(f"{key}-{window}", calls, seconds)
        if purse.left == 0:
            return False
        purse.left -= 1
        return True


def _parcel(key: str, calls: int, seconds: int) -> int:
    """Take up to a twentieth of the rate from what all processes share."""
    taken = int(cache.get(key, 0))
    parcel = min(max(1, calls // _PARCELS), calls - taken)
    if parcel <= 0:
        return 0
    cache.set(key, taken + parcel, timeout=seconds)
    return parcel
