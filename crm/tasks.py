"""Celery finds this module when a worker starts: the jobs that the leads bring with them."""

from crm.imports import revert, runner

__all__ = ["revert", "runner"]
