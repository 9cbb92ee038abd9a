"""A worker of its own process: takes over one job as if its lease had run out, and does it. For the kill test."""

import os
import sys
from datetime import timedelta


def main(broker_id, job_id):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.utils import timezone

    import crm.tasks  # noqa: F401 -- registers the jobs
    from core import jobs, tenancy

    with tenancy.use(broker_id):
        job = jobs.claim(job_id, now=timezone.now() + timedelta(minutes=1))
    jobs.work(job)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
