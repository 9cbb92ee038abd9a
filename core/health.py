"""Whether the installation is alive: `/healthz` for the process, `/readyz` for everything it leans on."""

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.models import Heartbeat

STALE_AFTER = timedelta(seconds=90)
PROCESSES = ("worker", "beat", "engine")


def beat(process: str) -> None:
    """Note that a process is alive now."""
    Heartbeat.objects.update_or_create(process=process, defaults={"at": timezone.now()})


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when database, broker, worker, beat and engine are there; else 503 with what is missing."""
    checks: dict[str, Callable[[], object]] = {"database": _database, "broker": _broker}
    state = {name: _passes(check) for name, check in checks.items()}
    state |= _processes() if state["database"] else dict.fromkeys(PROCESSES, False)
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _passes(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001 -- whatever is wrong with it, the answer is "not ready"
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
        client.ping()


def _processes() -> dict[str, bool]:
    seen = dict(Heartbeat.objects.values_list("process", "at"))
    now = timezone.now()
    return {process: process in seen and now - seen[process] < STALE_AFTER for process in PROCESSES}
