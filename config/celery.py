"""The Celery app: `celery -A config worker|beat`. PostgreSQL is the truth; Celery only wakes people up."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("corredor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
