"""Connecting: a job asks a provider whether an account works and, for Telegram, to post what people write to us.

Three steps, so that no transaction waits for a network: read, ask, write down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from core import audit, tenancy
from core.actors import Actor
from messaging import accounts, channels, faults
from messaging.channels import telegram
from messaging.enums import Health, Provider
from messaging.letters import Answer, Outcome
from messaging.models import ChannelAccount


@dataclass(frozen=True, slots=True)
class _Known:
    """An account as the job read it."""

    account_id: int
    provider: str
    address: str
    is_active: bool
    asked_at: datetime | None
    hook: str
    credentials: Mapping[str, str]


def connect(broker_id: int, account_id: int, *, now: datetime) -> None:
    """Ask, and write down what was said."""
    with tenancy.use(broker_id):
        known = _read(account_id)
    if known is None or known.provider == Provider.SANDBOX:
        return
    answer = channels.of(known.provider).check(known.address, known.credentials)
    if known.provider == Provider.TELEGRAM and answer.outcome is Outcome.ACCEPTED:
        with tenancy.use(broker_id):
            is_ours = _claim(known, answer.ref)
        answer = _listen(known, answer) if is_ours else Answer(Outcome.REJECTED, code="taken")
    with tenancy.use(broker_id):
        _write(known, answer, now)


def hook_of(account: ChannelAccount, known: Mapping[str, str]) -> str:
    """Where the account's provider posts what people write (messaging.inbound.urls); empty where none posts.

    An e-mail provider signs in there, as the address says.
    """
    match account.provider:
        case Provider.TWILIO:
            return f"{settings.PUBLIC_URL}/webhooks/{account.channel}/twilio/{account.token}"
        case Provider.TELEGRAM:
            return f"{settings.PUBLIC_URL}/webhooks/telegram/{account.token}"
        case Provider.ANYMAIL:
            scheme, _, place = settings.PUBLIC_URL.partition("://")
            signed = f"{scheme}://corredor:{known.get(accounts.SECRET, '')}@{place}"
            return f"{signed}/webhooks/email/{known.get('esp', '')}/{account.token}"
    return ""


def _read(account_id: int) -> _Known | None:
    account = ChannelAccount.objects.filter(pk=account_id).first()
    if account is None:
        return None
    opened = accounts.credentials_of(account)
    return _Known(
        account.pk,
        account.provider,
        account.address,
        account.is_active,
        account.checked_at,
        hook_of(account, opened),
        opened,
    )


def _claim(known: _Known, bot: str) -> bool:
    """Whether a bot is this account's from now on; before its webhook is moved away from somebody else's."""
    if bot == known.address:
        return True
    try:
        with audit.by(Actor.system()), transaction.atomic():
            ChannelAccount.objects.filter(pk=known.account_id).update(address=bot)
    except IntegrityError:
        return False
    return True


def _listen(known: _Known, answer: Answer) -> Answer:
    """Have what people write to the bot posted to us, or to nobody while the account is off."""
    bot, secret = telegram.channel, known.credentials.get(accounts.SECRET, "")
    heard = (
        bot.listen(known.credentials, known.hook, secret) if known.is_active else bot.stop_listening(known.credentials)
    )
    return answer if heard.outcome is Outcome.ACCEPTED else heard


def _write(known: _Known, answer: Answer, now: datetime) -> None:
    """How the account is, unless it was changed meanwhile and asked about anew."""
    is_good = answer.outcome is Outcome.ACCEPTED
    note = answer.ref if is_good else answer.code or answer.outcome.value
    health = Health.OK if is_good else Health.FAILING
    asked = ChannelAccount.objects.filter(pk=known.account_id, checked_at=known.asked_at)
    asked.update(health=health, health_note=note[:300], checked_at=now)


def said_of(account: ChannelAccount) -> faults.Fault | None:
    """What is wrong with an account, in words; None while nothing is known to be."""
    if account.health != Health.FAILING:
        return None
    return faults.of(account.provider, account.health_note)
