"""Whose attempts a failed login counts against."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

_LONGEST = 254


def username(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The address somebody tried to sign in with, folded, so that `Ana@x.cl` and `ana@x.cl` are one account."""
    given = credentials or {}
    tried = given.get("email") or given.get("username") or request.POST.get("login", "")
    return str(tried).strip().lower()[:_LONGEST]
