"""What stops together: a campaign's messages. Its owner writes here, the gate reads under lock (docs/sending.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django.db.models import QuerySet

from messaging.models import SendScope


@dataclass(frozen=True, slots=True)
class Window:
    """When messages may leave, by the lead's clock; nothing set: whenever the rules allow."""

    opens: time | None = None
    closes: time | None = None
    days: Sequence[int] = ()


def begin(key: str, window: Window) -> SendScope:
    """A new scope, running; the one there is when the key is known."""
    scope, _made = SendScope.objects.get_or_create(key=key)
    return _write(scope, window, running=True)


def keep(scope: SendScope, window: Window) -> SendScope:
    """Other hours from now on, also for what is queued."""
    return _write(scope, window, running=scope.running)


def stop(scope: SendScope) -> None:
    """Let none of its messages leave; returns once nobody is just about to send one. What is queued waits."""
    _held(scope).update(running=False)


def resume(scope: SendScope) -> None:
    """Let its messages leave again."""
    _held(scope).update(running=True)


def end(scope: SendScope) -> None:
    """Let none of its messages leave ever more: what is queued is cancelled as it comes up."""
    held = _held(scope).get()
    _held(scope).update(running=True, version=held.version + 1)


def _held(scope: SendScope) -> QuerySet[SendScope]:
    SendScope.objects.select_for_update().get(pk=scope.pk)
    return SendScope.objects.filter(pk=scope.pk)


def _write(scope: SendScope, window: Window, *, running: bool) -> SendScope:
    held = SendScope.objects.select_for_update().get(pk=scope.pk)
    held.running = running
    held.opens, held.closes, held.days = window.opens, window.closes, list(window.days)
    held.save()
    return held
