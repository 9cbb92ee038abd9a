"""Who wrote: the lead an address belongs to, in the brokerage of the account and nowhere else, or a new one.

A number tells more than what we remember of a chat, for people correct numbers; without one, the chat is remembered.
Whoever lies in the bin comes back with all that hangs on them, above all with what they refused: a new lead would have
refused nothing. Erased people are nobody any more.
"""

from collections.abc import Iterator
from datetime import datetime

import phonenumbers
from django.db.models import Q

from accounts.enums import Country, Language
from accounts.models import Broker
from core import phones
from core.actors import Actor
from crm import bin as leads_bin
from crm import consent, duplicates, leads
from crm.consent import Ground
from crm.enums import ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from crm.models import Lead, LeadPhone
from messaging.inbound.news import Heard
from messaging.models import ChannelAccount, ChannelIdentity

_TRIES = 3


class Unsettled(Exception):
    """Leads came and went under our hands; the event is applied again later."""


def whose(account: ChannelAccount, heard: Heard, *, by: Actor, now: datetime) -> tuple[Lead, bool]:
    """The person's lead, held, and whether it is new."""
    for _try in range(_TRIES):
        for lead_id in _living(account, heard):
            held = Lead.objects.select_for_update(of=("self",)).filter(pk=lead_id).first()
            if held is not None:
                return held, False
        for lead_id in _binned(account, heard):
            back = leads_bin.restore_many([lead_id], by=by, now=now).back
            if back:
                return leads.lock(lead_id), False
        try:
            made = leads.create(_draft(account, heard), by=by, now=now)
        except leads.Taken:  # a colleague typed the same number in this very moment
            continue
        return leads.lock(made.pk), True  # with whoever it was given to
    raise Unsettled


def known_as(account: ChannelAccount, address: str) -> Lead | None:
    """The living lead that is bound to an address of the account, held."""
    bound = ChannelIdentity.objects.filter(account=account, address=address, lead__deleted_at=None).first()
    return Lead.objects.select_for_update(of=("self",)).filter(pk=bound.lead_id).first() if bound else None


def of_address(email: str) -> list[int]:
    """The living leads with an e-mail address, the oldest first: what bounces, bounces for all of them."""
    found = Lead.objects.filter(email=email.lower()) if email else Lead.objects.none()
    return list(found.order_by("pk").values_list("pk", flat=True))


def agree(lead: Lead, proof: dict[str, str], *, by: Actor, at: datetime) -> None:
    """The ledger of a new lead begins with what they did: they wrote to us, and so want an answer."""
    ground = Ground(ConsentBasis.REQUEST, ConsentSource.CHAT, proof=dict(proof))
    asked = consent.entry(
        lead, ConsentState.GRANTED, ground, by=by, at=at, purpose=ConsentPurpose.TRANSACTIONAL, channel=None
    )
    asked.save(force_insert=True)


def _living(account: ChannelAccount, heard: Heard) -> Iterator[int]:
    yield from duplicates.holding([heard.phone]).values() if heard.phone else ()
    bound = ChannelIdentity.objects.filter(account=account, address__in=[heard.address, *heard.also])
    yield from bound.filter(lead__deleted_at=None).order_by("bound_at").values_list("lead_id", flat=True)
    if same := duplicates.same_email(heard.email):
        yield same.pk
    if heard.email:
        merged = Lead.everything.filter(email=heard.email.lower(), merged_into__deleted_at=None)
        yield from merged.exclude(merged_into=None).order_by("pk").values_list("merged_into_id", flat=True)


def _binned(account: ChannelAccount, heard: Heard) -> list[int]:
    """The leads in the bin that the address belongs to, the one deleted last first."""
    bound = ChannelIdentity.objects.filter(account=account, address__in=[heard.address, *heard.also])
    same = Q(pk__in=bound.values("lead_id"))
    if heard.phone:
        same |= Q(pk__in=LeadPhone.objects.filter(number__in=phones.variants(heard.phone)).values("lead_id"))
    if heard.email:
        same |= Q(email=heard.email.lower())
    found = Lead.everything.filter(same, deleted_at__isnull=False, merged_into=None, erasures=None)
    return list(found.order_by("-deleted_at", "-pk").values_list("pk", flat=True))


def _draft(account: ChannelAccount, heard: Heard) -> leads.Draft:
    broker = account.broker
    values = {
        "name": " ".join(heard.name.split())[:160],
        "phone_raw": heard.phone[:80],
        "email": heard.email[:254],
        "source": str(account.get_channel_display()),
        "country": _country(heard.phone, broker),
        "language": heard.language if heard.language in Language.values else Language.ES.value,
    }
    detail = {"channel": account.channel, "account": account.name} | (
        {"referral": dict(heard.referral)} if heard.referral else {}
    )
    return leads.Draft(values, source_detail=detail)


def _country(phone: str, broker: Broker) -> str:
    """Where a number is from, as far as we work there; else the brokerage's country."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        region = None
    return region if region in Country.values else broker.country
