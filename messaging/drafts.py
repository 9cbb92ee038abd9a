"""What somebody wants to send, before it is a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.enums import Channel, ConsentPurpose
from crm.models import Lead
from messaging.enums import OnUnknown, Priority
from messaging.models import ChannelAccount, SendScope
from templates_app.models import TemplateVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One message to one lead. `dedupe_key` names its cause: the same cause asks twice and gets one message."""

    lead: Lead
    channel: Channel
    dedupe_key: str
    not_before: datetime
    expires_at: datetime
    """Later it makes no sense any more: it is never sent."""
    body: str = ""
    subject: str = ""
    html: str = ""
    content_sid: str = ""
    content_variables: Mapping[str, str] = field(default_factory=dict)
    template_version: TemplateVersion | None = None
    purpose: ConsentPurpose = ConsentPurpose.TRANSACTIONAL
    is_reply: bool = False
    priority: Priority = Priority.REPLY
    scope: SendScope | None = None
    on_unknown: OnUnknown = OnUnknown.HOLD
    why: Mapping[str, Any] = field(default_factory=dict)
    account: ChannelAccount | None = None
    """None: the brokerage's preferred one of the channel."""
    own_address: str = ""
    """Where the sender tries a template out (messaging.trials), in place of the lead's address."""
