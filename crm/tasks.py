"""Celery finds this module when a worker starts: the jobs that the leads bring with them."""

from crm.imports import runner

__all__ = ["runner"]
