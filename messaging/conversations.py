"""Conversations (thin until its owner lands)."""

from collections.abc import Sequence
from datetime import datetime

from messaging.models import Message


def said(messages: Sequence[Message], *, now: datetime) -> None:
    """Messages of ours arrived."""
