"""Django admin of the leads."""

from crm.admin import leads, records, work

__all__ = ["leads", "records", "work"]
