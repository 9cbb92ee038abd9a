"""The request as a view of a brokerage sees it."""

from typing import TYPE_CHECKING

from core.htmx import HtmxRequest

if TYPE_CHECKING:
    from accounts.models import ApiToken, Broker, User


class BrokerRequest(HtmxRequest):
    """A request of a signed-in person inside a brokerage (accounts.middleware opened it)."""

    user: "User"
    broker: "Broker"
    api_token: "ApiToken | None"
