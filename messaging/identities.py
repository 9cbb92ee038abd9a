"""By what a lead is known at an account, and the links that bind a Telegram chat to a lead.

A bot cannot write first: the lead opens `https://t.me/<bot>?start=<token>`. The token works once, for a while, and only
its digest is kept. A second chat that comes with it is nobody's until a person has looked.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.actors import Actor
from crm import leads, todos
from crm.enums import Channel, TaskKind
from crm.models import Lead
from crm.todos import Plan
from messaging.models import BindingLink, ChannelAccount, ChannelIdentity

LASTS = timedelta(days=14)
_RANDOM_BYTES = 16


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def bots() -> list[ChannelAccount]:
    """The brokerage's Telegram bots that have a name to be opened by, the preferred one first."""
    ready = ChannelAccount.objects.filter(channel=Channel.TELEGRAM, is_active=True).exclude(address="")
    return list(ready.order_by("-is_default", "pk"))


def invite(lead: Lead, account: ChannelAccount, *, by: Actor, now: datetime) -> str:
    """A link that binds whoever opens it to the lead, once; earlier ones that nobody opened stop working."""
    token = secrets.token_urlsafe(_RANDOM_BYTES)
    with audit.by(by), transaction.atomic():
        leads.lock(lead.pk)
        BindingLink.objects.filter(lead=lead, account=account, used_at=None).delete()
        BindingLink.objects.create(
            lead=lead, account=account, digest=digest_of(token), created_at=now, expires_at=now + LASTS
        )
    return f"https://t.me/{account.address.removeprefix('@')}?start={token}"


def bind(account: ChannelAccount, digest: str, address: str, *, by: Actor, now: datetime) -> Lead | None:
    """The lead whose link a chat opened, bound to it and held; None when the link binds nobody (any more).

    A link that was used or is too old, and a chat that is another lead's, leave a task for a person.
    """
    found = BindingLink.objects.filter(account=account, digest=digest).first()
    if found is None:
        return None
    lead = Lead.objects.select_for_update(of=("self",)).filter(pk=found.lead_id).first()
    link = BindingLink.objects.select_for_update().filter(pk=found.pk).first()
    if lead is None or link is None:
        return None
    holder = ChannelIdentity.objects.filter(account=account, address=address).select_related("lead").first()
    if holder is not None and holder.lead_id == lead.pk:
        return lead
    if why := _objection(link, holder, now):
        _ask(lead, why, by=by, now=now)
        return None
    link.used_at = now
    link.save(update_fields=["used_at"])
    return lead


def know(lead: Lead, account: ChannelAccount, addresses: Iterable[str], *, name: str, now: datetime) -> None:
    """Remember by what a lead is known at an account; who writes has not shut us out."""
    wanted = list(addresses)
    known = {one.address: one for one in ChannelIdentity.objects.filter(account=account, address__in=wanted)}
    for one in known.values():
        if (one.lead_id, one.blocked_at) != (lead.pk, None):
            one.lead, one.blocked_at = lead, None
            one.save(update_fields=["lead", "blocked_at"])
    ChannelIdentity.objects.bulk_create(
        ChannelIdentity(lead=lead, account=account, address=address, name=name[:160], bound_at=now)
        for address in wanted
        if address not in known
    )


def _objection(link: BindingLink, holder: ChannelIdentity | None, now: datetime) -> str:
    if link.used_at is not None:
        return _("Otro Telegram abrió su enlace, que ya estaba usado. Pregúntale si es suyo.")
    if link.expires_at <= now:
        return _("Abrió su enlace de Telegram cuando ya estaba vencido. Envíale uno nuevo.")
    if holder is not None:
        return _("El Telegram que abrió su enlace ya es de otro lead: %(name)s. Mira si son la misma persona.") % {
            "name": str(holder.lead)[:40]
        }
    return ""


def _ask(lead: Lead, why: str, *, by: Actor, now: datetime) -> None:
    """One task, however often it is tried."""
    title = why[: todos.LONGEST]
    if not lead.tasks.filter(title=title, done_at=None).exists():
        todos.add(lead, Plan(title, now, kind=TaskKind.REVIEW), by=by, now=now)
