"""Brokerages, people, invitations and API tokens.

These tables are needed before the brokerage of a request is known, so they stand outside row-level security and are
reached only through this app; whatever lists them filters by broker.
"""

from accounts.models.broker import Broker
from accounts.models.invitation import Invitation
from accounts.models.token import ApiToken
from accounts.models.user import User
from accounts.models.visit import AdminVisit

__all__ = ["AdminVisit", "ApiToken", "Broker", "Invitation", "User"]
