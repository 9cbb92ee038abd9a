"""What every page's frame knows: who, where, and the theme."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The brokerage of the request (None outside one) and the person's theme."""
    return {"broker": getattr(request, "broker", None), "theme": getattr(request.user, "theme", "auto")}
