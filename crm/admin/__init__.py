"""Django admin of the leads."""

from crm.admin import leads, records, ways, work

__all__ = ["leads", "records", "ways", "work"]
