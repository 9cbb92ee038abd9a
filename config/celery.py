"""The Celery app: `celery -A config worker|beat`. PostgreSQL is the truth; Celery only wakes people up."""

import os

from celery import Celery
from celery.signals import worker_init

from core import heap

heap.hold()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("corredor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect(weak=False)
def _settle(**_sender: object) -> None:
    """Before it forks: what its processes share stays shared."""
    heap.settle()
