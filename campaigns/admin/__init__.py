"""Django admin of campaigns."""

from campaigns.admin import campaigns, records, steps

__all__ = ["campaigns", "records", "steps"]
