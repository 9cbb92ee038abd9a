"""What the gate's checks look at, loaded for many messages of one brokerage in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from messaging.models import ChannelAccount, Message, SendScope


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one message when the gate is asked."""

    message: Message
    account: ChannelAccount
    scope: SendScope | None


def of(messages: Sequence[Message], *, hold: bool = False) -> list[Facts]:
    """The facts of messages, in their order. `hold` locks what may change them (FOR SHARE) until the transaction ends.

    The messages' leads are held by the caller already (docs/sending.md, order of locks).
    """
    accounts = ChannelAccount.objects.order_by("pk")
    scopes = SendScope.objects.order_by("pk")
    if hold:
        accounts, scopes = accounts.select_for_update(), scopes.select_for_update()
    account = {each.pk: each for each in accounts.filter(pk__in={one.account_id for one in messages})}
    wanted = {one.scope_id for one in messages if one.scope_id}
    scope = {each.pk: each for each in scopes.filter(pk__in=wanted)} if wanted else {}
    return [Facts(one, account[one.account_id], scope[one.scope_id] if one.scope_id else None) for one in messages]
