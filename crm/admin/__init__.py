"""Django admin of the leads."""

from crm.admin import leads, records

__all__ = ["leads", "records"]
