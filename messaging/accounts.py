"""Accounts (thin until its owner lands)."""

from collections.abc import Mapping

from messaging.models import ChannelAccount


def credentials_of(_account: ChannelAccount) -> Mapping[str, str]:
    """The opened credentials."""
    return {}
