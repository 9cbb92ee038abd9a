"""Begin: the gate, in one transaction, right before the wire. Only what it marked `sending` may leave."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Now

from core import events, failpoints, tenancy
from core.db.writing import write_many
from messaging import channels
from messaging.enums import AttemptState, Status
from messaging.events import MessagesSettled
from messaging.gate import Check, Ruling, Verdict, facts, judge
from messaging.letters import Letter, SendClass
from messaging.models import Message, SendAttempt
from messaging.sending import meters, rows
from messaging.sending.accepting import Taken, accept
from messaging.sending.claiming import Claim
from messaging.sending.letter import letter_of
from messaging.sending.workers import Worker

_ENDS = {Check.EXPIRY: Status.EXPIRED, Check.SCOPE: Status.CANCELLED}
"""What a refusal makes of a message; of any other check it is suppressed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A letter that is to leave now, and by which claim its record finds it again."""

    claim: Claim
    provider: str
    letter: Letter


def begin(broker_id: int, claims: Sequence[Claim], *, worker: Worker, now: datetime) -> list[Begun]:
    """Ask the gate about claimed messages of one brokerage; returns what is to be handed over at once.

    Raises Retired when the worker's session is gone. Messages of local channels are sent when this returns.
    """
    keys = {claim.message_id: claim for claim in claims}
    with tenancy.use(broker_id):
        worker.insist()
        held = rows.hold(list(keys), letters=True, status=Status.CLAIMED, lease_worker=worker.id)
        held = [one for one in held if one.attempt == keys[one.pk].attempt]
        judged = [(one, judge(known, now=now)) for one, known in zip(held, facts.of(held, hold=True), strict=True)]
        going = [one for one, verdict in judged if verdict.ruling is Ruling.SEND]
        _stay(judged, now)
        local = [one for one in going if channels.of(one.account.provider).send_class is SendClass.LOCAL]
        remote = [one for one in going if channels.of(one.account.provider).send_class is not SendClass.LOCAL]
        _leave(going, now)
        tries = rows.tries(keys[one.pk].attempt for one in local)
        accept([Taken(one, tries[keys[one.pk].attempt], str(one.public_id)) for one in local], now=now)
        letters = [Begun(keys[one.pk], one.account.provider, letter_of(one)) for one in remote]
        failpoints.reached("send.prebegin")
    return letters


def _stay(judged: Iterable[tuple[Message, Verdict]], now: datetime) -> None:
    """Write what the gate held back or refused, and what it said of each."""
    stayed, refused = [], []
    for message, verdict in judged:
        message.checks = [said.stored() for said in verdict.said]
        if verdict.ruling is Ruling.SEND:
            continue
        stayed.append((message, message.attempt))
        message.lease_worker = message.lease_until = message.attempt = None
        message.attempts -= 1  # nothing was tried
        if verdict.ruling is Ruling.WAIT and verdict.until is not None:
            message.status, message.not_before = Status.QUEUED, verdict.until
        elif verdict.reason is not None:
            message.status, message.settled_at = _ENDS.get(verdict.reason.check, Status.SUPPRESSED), now
            message.error_code = f"gate:{verdict.reason.code}"
            refused.append(message)
    SendAttempt.objects.filter(key__among=[key for _message, key in stayed]).delete()
    write_many([message for message, _key in stayed], rows.JUDGED)
    if refused:
        events.publish(MessagesSettled(refused, now))


def _leave(going: Sequence[Message], now: datetime) -> None:
    """Mark what leaves as leaving: from here on nobody knows whether it arrived until somebody says so."""
    for message in going:
        message.status = Status.SENDING
    write_many(going, rows.JUDGED)
    SendAttempt.objects.filter(key__among=[one.attempt for one in going]).update(
        state=AttemptState.SENDING,
        begun_at=Now(),  # the moment of the decision, not of the batch's beginning
    )
    number = Counter(one.account_id for one in going)
    for account_id in sorted(number):
        meters.count(account_id, begun=number[account_id], now=now)
