"""What a brokerage decides by: criteria, points, thresholds. Read here, added to here, never changed."""

from crm.rules.numbers import Bad
from crm.rules.shape import Rules
from crm.rules.versions import Conflict, defaults_of, in_force, save_version, version_of

__all__ = ["Bad", "Conflict", "Rules", "defaults_of", "in_force", "save_version", "version_of"]
