"""Wake-ups: once a transaction commits, a worker is told that there is something to do.

The work itself is rows; losing a wake-up, or the whole broker, costs what the engine's next look takes.
"""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerDown

log = structlog.get_logger(__name__)

_USELESS_AFTER = 60  # seconds: by then the engine has done it


def on_commit(task: str, **arguments: int) -> None:
    """Publish a task, by name, when the open transaction commits; a broker that is away is logged and nothing else."""

    def publish() -> None:  # not a partial: Django names what failed by its __qualname__
        _publish(task, arguments)

    transaction.on_commit(publish, robust=True)


def _publish(task: str, arguments: dict[str, int]) -> None:
    try:
        current_app.send_task(task, kwargs=arguments, retry=False, ignore_result=True, expires=_USELESS_AFTER)
    except BrokerDown as error:
        log.warning("wake_up_lost", task=task, error=str(error))
