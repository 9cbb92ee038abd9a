"""What the open pages are told of messages (reactions): that something in a lead's thread is different."""

from messaging.events import MessageReceived, MessagesSettled
from messaging.telling import tell


def settled(event: MessagesSettled) -> None:
    """Messages of ours got further, or did not go."""
    leads = {message.lead_id: message.lead for message in event.messages}
    tell(list(leads.values()))


def received(event: MessageReceived) -> None:
    """A lead wrote."""
    tell([event.message.lead])
