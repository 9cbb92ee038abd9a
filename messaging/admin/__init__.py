"""Django admin of messaging."""

from messaging.admin import accounts, contact_rules, records

__all__ = ["accounts", "contact_rules", "records"]
