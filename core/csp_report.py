"""Where browsers report what the Content-Security-Policy stopped."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

log = structlog.get_logger(__name__)

_LONGEST = 2000


@login_not_required
@csrf_exempt  # browsers send reports without a token, and nothing is stored
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log a report, cut to size."""
    log.warning("csp_report", report=request.read(_LONGEST).decode("utf-8", "replace"))
    return HttpResponse(status=204)
