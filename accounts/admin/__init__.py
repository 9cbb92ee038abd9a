"""Django admin of people and brokerages."""

from accounts.admin import keys, people

__all__ = ["keys", "people"]
