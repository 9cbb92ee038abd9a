"""Django admin of messaging."""

from messaging.admin import accounts, contact_rules

__all__ = ["accounts", "contact_rules"]
