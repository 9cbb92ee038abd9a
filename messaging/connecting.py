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
    answer = _ask(known)
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


def _ask(known: _Known) -> Answer:
    answer = channels.of(known.provider).check(known.address, known.credentials)
    if answer.outcome is not Outcome.ACCEPTED or known.provider != Provider.TELEGRAM:
        return answer
    bot = telegram.channel
    if not known.is_active:
        heard = bot.stop_listening(known.credentials)
    else:
        heard = bot.listen(known.credentials, known.hook, known.credentials.get(accounts.SECRET, ""))
    return answer if heard.outcome is Outcome.ACCEPTED else heard


def _write(known: _Known, answer: Answer, now: datetime) -> None:
    """How the account is, unless it was changed meanwhile; a bot's name is what Telegram calls it."""
    is_good = answer.outcome is Outcome.ACCEPTED
    note = answer.ref if is_good else answer.code or answer.outcome.value
    values = {"health": Health.OK if is_good else Health.FAILING, "health_note": note[:300], "checked_at": now}
    with audit.by(Actor.system()):
        found = ChannelAccount.objects.filter(pk=known.account_id)
        if not found.filter(checked_at=known.asked_at).update(**values):
            return
        if known.provider == Provider.TELEGRAM and is_good and answer.ref != known.address:
            try:
                with transaction.atomic():
                    found.update(address=answer.ref)
            except IntegrityError:
                found.update(health=Health.FAILING, health_note="taken")


def said_of(account: ChannelAccount) -> faults.Fault | None:
    """What is wrong with an account, in words; None while nothing is known to be."""
    if account.health != Health.FAILING:
        return None
    return faults.of(account.provider, account.health_note)
