"""Django admin of messaging."""

from messaging.admin import accounts

__all__ = ["accounts"]
