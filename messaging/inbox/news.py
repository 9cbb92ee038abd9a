"""What the open pages are told of messages (reactions): that something in a lead's thread is different."""

from messaging import conversations
from messaging.events import MessageReceived, MessagesSettled


def settled(event: MessagesSettled) -> None:
    """Messages of ours got further, or did not go."""
    leads = {message.lead_id: message.lead for message in event.messages}
    conversations.tell(list(leads.values()))


def received(event: MessageReceived) -> None:
    """A lead wrote."""
    conversations.tell([event.message.lead])
