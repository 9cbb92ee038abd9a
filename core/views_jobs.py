"""The tray: a person's long work, on every page."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import tenancy
from core.models import Job, JobState

_REMEMBERED = timedelta(minutes=15)
_MOST = 8


@require_safe
@never_cache
def tray(request: HttpRequest) -> HttpResponse:
    """The person's unfinished jobs and those over for less than a quarter of an hour; asks again while one runs."""
    if not tenancy.is_open():
        return HttpResponse("")
    recent = Q(finished_at=None) | Q(finished_at__gte=timezone.now() - _REMEMBERED)
    found = Job.objects.filter(recent, by_user_id=request.user.pk).order_by("-created_at", "-id")[:_MOST]
    shown = [_line(job) for job in found]
    running = sum(line["state"] == "running" for line in shown)
    return render(request, "components/tray.html", {"jobs": shown, "running": running, "poll_url": request.path})


def _line(job: Job) -> dict[str, Any]:
    """A job as the tray's template wants it. Its page: `result["url"]` when done, `arguments["url"]` before."""
    state = {JobState.DONE: "done", JobState.FAILED: "failed"}.get(JobState(job.state), "running")
    return {
        "title": job.label,
        "state": state,
        "done": job.done,
        "total": job.total,
        "note": {"failed": job.error, "running": _progress(job)}.get(state) or job.result.get("note", ""),
        "undo_url": job.result.get("undo_url", ""),
        "url": job.result.get("url") or job.arguments.get("url", ""),
    }


def _progress(job: Job) -> str:
    if job.state == JobState.QUEUED:
        return _("En espera")
    return _("%(done)d de %(total)d") % {"done": job.done, "total": job.total} if job.total else ""
