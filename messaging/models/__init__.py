"""Messages, through what they go, and whether they may."""

from messaging.models.account import ChannelAccount, ChannelMeter
from messaging.models.conversation import BindingLink, ChannelIdentity, Conversation
from messaging.models.event import ProviderEvent
from messaging.models.limits import ConsentNeed, ContactLimits, ContactPolicy, Suppression
from messaging.models.message import OWN, TRIALS, Anomaly, Message, SendAttempt, SendScope

__all__ = [
    "OWN",
    "TRIALS",
    "Anomaly",
    "BindingLink",
    "ChannelAccount",
    "ChannelIdentity",
    "ChannelMeter",
    "ConsentNeed",
    "ContactLimits",
    "ContactPolicy",
    "Conversation",
    "Message",
    "ProviderEvent",
    "SendAttempt",
    "SendScope",
    "Suppression",
]
