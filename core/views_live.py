"""`/live/` where there are no streams: config.asgi answers before Django is asked (core.live_stream)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def no_stream(_request: HttpRequest) -> HttpResponse:
    """204: under runserver and in tests nothing is streamed, and the browser need not ask again at once."""
    return HttpResponse(status=204)
