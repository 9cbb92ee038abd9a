"""Error pages that belong to no view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """403 when a form's token is missing or old: the page was open too long, or somebody else's site posted it."""
    return render(request, "403_csrf.html", status=403)
