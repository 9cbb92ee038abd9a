"""Channel accounts: made, changed, switched, paused, and their credentials. Who may is the caller's to check: admins.

Credentials are sealed for their row and are never shown again: whoever changes an account leaves them empty to keep
them. No network in here: whether they work is asked by a job (`messaging.connecting`).
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit, crypto, tenancy, waking
from core.actors import Actor
from core.public_ids import uuid7
from messaging.enums import CARRIES, Health, Provider
from messaging.models import ChannelAccount, ChannelMeter

MOST = 20
"""Accounts of one brokerage."""
SPEEDS = {
    Provider.SANDBOX: (Decimal(1000), Decimal(1000)),
    Provider.SMTP: (Decimal(5), Decimal(100)),
    Provider.ANYMAIL: (Decimal(10), Decimal(100)),
    Provider.TWILIO: (Decimal(20), Decimal(80)),
    Provider.TELEGRAM: (Decimal(25), Decimal(25)),
}
"""Messages a second: what an account begins with, and the most its provider takes (WhatsApp 80, a bot 30)."""
SECRET = "webhook_secret"  # noqa: S105 -- a name
"""What Telegram and the providers of e-mail show us with every event; made here, not typed."""


class TooMany(Exception):
    """The brokerage has as many accounts as it may."""


class Taken(Exception):
    """The sender's address is another account's, of whatever brokerage."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person says of an account; credentials left out are kept, empty ones are taken away."""

    name: str
    address: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    per_second: Decimal | None = None
    per_day: int | None = None


def create(channel: str, provider: Provider, wanted: Wanted, *, by: Actor, now: datetime) -> ChannelAccount:
    """A new account with its meter. The first real one of a channel is its preferred one. Raises TooMany and Taken."""
    if channel not in CARRIES[provider]:
        raise ValueError(channel)
    public_id, speed = uuid7(), SPEEDS[provider][0]
    given = {name: value for name, value in wanted.credentials.items() if value}
    if provider in {Provider.TELEGRAM, Provider.ANYMAIL}:
        given[SECRET] = secrets.token_urlsafe(32)
    with audit.by(by), transaction.atomic():
        others = list(ChannelAccount.objects.select_for_update(of=("self",)).order_by("pk"))
        if len(others) >= MOST:
            raise TooMany
        preferred = _preferred(one for one in others if one.channel == channel)
        is_better = preferred is None or (preferred.provider == Provider.SANDBOX and provider != Provider.SANDBOX)
        if preferred and is_better:
            _save(preferred, is_default=False)
        made = ChannelAccount(
            public_id=public_id,
            channel=channel,
            provider=provider,
            name=wanted.name,
            address=wanted.address,
            credentials=_sealed(public_id, given),
            token=secrets.token_urlsafe(32),
            per_second=min(wanted.per_second or speed, SPEEDS[provider][1]),
            per_day=wanted.per_day,
            is_default=is_better,
            health=Health.OK if provider == Provider.SANDBOX else Health.UNTESTED,
            created_at=now,
            **by.columns(),
        )
        _store(made)
        ChannelMeter.objects.create(account=made, tokens_at=now)
        _told(made, "channel.created", by=by, now=now, credentials=sorted(given))
        ask_test(made, now=now)
    return made


def change(account: ChannelAccount, wanted: Wanted, *, by: Actor, now: datetime) -> ChannelAccount:
    """Another name, sender, speed or other credentials; raises Taken."""
    given = dict(wanted.credentials)
    with audit.by(by), transaction.atomic():
        held = lock(account.pk)
        held.name, held.address, held.per_day = wanted.name, wanted.address, wanted.per_day
        if wanted.per_second:
            held.per_second = min(wanted.per_second, SPEEDS[Provider(held.provider)][1])
        if given:
            before, after = credentials_of(held), {**credentials_of(held), **given}
            held.credentials = _sealed(held.public_id, {name: value for name, value in after.items() if value})
            given = {name: value for name, value in given.items() if value != before.get(name, "")}
        if given:
            _told(held, "channel.credentials", by=by, now=now, credentials=sorted(given))
        _store(held)
        ask_test(held, now=now)
    return held


def switch(account: ChannelAccount, *, on: bool, by: Actor, now: datetime) -> None:
    """Send and receive through it, or not at all; what waits there stays until it is on again."""
    with audit.by(by), transaction.atomic():
        held = lock(account.pk)
        _save(held, is_active=on, is_default=held.is_default and on)
        ask_test(held, now=now)


def pause(account: ChannelAccount, *, because: str, by: Actor, now: datetime) -> None:
    """Send nothing for now; what people write still comes in."""
    with audit.by(by, reason=because), transaction.atomic():
        _save(lock(account.pk), paused_at=now, paused_because=because[:200])


def resume(account: ChannelAccount, *, by: Actor) -> None:
    """Send again, what waits first."""
    with audit.by(by), transaction.atomic():
        _save(lock(account.pk), paused_at=None, paused_because="")
        ChannelMeter.objects.filter(account=account).update(closed_until=None, failures=0)


def prefer(account: ChannelAccount, *, by: Actor) -> None:
    """Send through this one where nobody chose another."""
    with audit.by(by), transaction.atomic():
        theirs = ChannelAccount.objects.filter(channel=account.channel)
        for one in theirs.select_for_update(of=("self",)).order_by("pk"):
            if one.is_default and one.pk != account.pk:
                _save(one, is_default=False)
        _save(lock(account.pk), is_default=True)


def for_channels(channels: Iterable[str], *, even_off: bool = False) -> dict[str, ChannelAccount]:
    """The account that sends on each channel where nobody chose one; `even_off`: one that is off where none is on."""
    found = ChannelAccount.objects.filter(channel__in=list(channels))
    found = found if even_off else found.filter(is_active=True)
    best = found.order_by("channel", "-is_active", "-is_default", "pk").distinct("channel")
    return {one.channel: one for one in best}


def for_channel(channel: str) -> ChannelAccount | None:
    """The account that sends on a channel where nobody chose one."""
    return for_channels([channel]).get(channel)


def ensure_sandbox(*, by: Actor, now: datetime) -> list[ChannelAccount]:
    """A simulated phone for each channel that has no account at all; those that were made."""
    missing = CARRIES[Provider.SANDBOX] - set(ChannelAccount.objects.values_list("channel", flat=True))
    names = {"whatsapp": "WhatsApp simulado", "telegram": "Telegram simulado", "email": "Correo simulado"}
    return [create(channel, Provider.SANDBOX, Wanted(names[channel]), by=by, now=now) for channel in sorted(missing)]


def credentials_of(account: ChannelAccount) -> Mapping[str, str]:
    """The opened credentials; empty where they do not open (another key ring): the provider then refuses them."""
    try:
        return _opened(account)
    except crypto.Unreadable:
        return {}


def lock(account_id: int) -> ChannelAccount:
    """The account's row, held until the transaction ends."""
    return ChannelAccount.objects.select_for_update(of=("self",)).get(pk=account_id)


def ask_test(account: ChannelAccount, *, now: datetime) -> None:
    """Have a job ask the provider whether the account works; `checked_at` says since when one waits for its answer."""
    if account.provider == Provider.SANDBOX:
        return
    _save(account, health=Health.UNTESTED, health_note="", checked_at=now)
    waking.on_commit("messaging.connect_account", broker_id=tenancy.current(), account_id=account.pk)


def _preferred(accounts: Iterable[ChannelAccount]) -> ChannelAccount | None:
    found = list(accounts)
    return next((one for one in found if one.is_default), found[0] if found else None)


def _store(account: ChannelAccount) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "messaging_account_address" in str(error):
            raise Taken from error
        raise


def _save(account: ChannelAccount, **values: object) -> None:
    for name, value in values.items():
        setattr(account, name, value)
    account.save(update_fields=list(values))


def _told(account: ChannelAccount, action: str, *, by: Actor, now: datetime, credentials: list[str]) -> None:
    """That credentials were set, and which; never what they are."""
    audit.note(
        action,
        by=by,
        now=now,
        subject="messaging.ChannelAccount",
        subject_id=account.public_id,
        data={"credentials": credentials},
    )


def _opened(account: ChannelAccount) -> dict[str, str]:
    if not account.credentials:
        return {}
    plain = crypto.unseal(bytes(account.credentials), bound_to=_binding(account.public_id))
    return {str(name): str(value) for name, value in json.loads(plain).items()}


def _sealed(public_id: UUID, credentials: Mapping[str, str]) -> bytes:
    plain = json.dumps(dict(credentials), ensure_ascii=False, sort_keys=True).encode()
    return crypto.seal(plain, bound_to=_binding(public_id)) if credentials else b""


def _binding(public_id: UUID) -> str:
    return f"{tenancy.current()}|messaging_channelaccount|credentials|{public_id}"
