"""What a channel is handed of a message."""

from uuid import UUID

from django.conf import settings

from messaging import accounts, unsubscribing
from messaging.letters import Letter
from messaging.models import ChannelAccount, Message


def letter_of(message: Message) -> Letter:
    """The letter of a message that has a try; its account's credentials are opened here and nowhere else."""
    account, attempt = message.account, message.attempt
    if attempt is None:
        msg = f"Message {message.pk} has no try."
        raise ValueError(msg)
    return Letter(
        attempt=attempt,
        message=message.public_id,
        channel=message.channel,
        sender=account.address,
        to=message.address,
        body=message.body,
        credentials=accounts.credentials_of(account),
        subject=message.subject,
        html=message.html,
        content_sid=message.content_sid,
        content_variables=message.content_variables,
        callback=status_address(account, attempt),
        unsubscribe=unsubscribing.link_for(message),
    )


def status_address(account: ChannelAccount, attempt: UUID) -> str:
    """Where the provider tells what became of a try; it names the try, so an answer that was lost is no loss."""
    return f"{settings.PUBLIC_URL}/webhooks/{account.channel}/{account.provider}/{account.token}/status?a={attempt}"
