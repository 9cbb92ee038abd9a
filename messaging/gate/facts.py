"""The facts of many messages of one brokerage, in as many statements as of one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from accounts.models import Broker
from core import shared_lock, tenancy
from core.actors import Actor
from crm import consent
from crm.enums import Channel
from crm.models import Lead
from messaging.enums import SuppressionKind
from messaging.gate import history, rules, zones
from messaging.gate.evidence import Facts, Today
from messaging.gate.hours import FREE, Clock, Own
from messaging.gate.rules import Rules
from messaging.models import (
    ChannelAccount,
    ChannelIdentity,
    ChannelMeter,
    ContactLimits,
    Conversation,
    Message,
    SendScope,
    Suppression,
)
from templates_app.models import TemplateVersion

M = TypeVar("M", bound=Model)
OF_LEADS = (
    *("phone_e164", "country", "time_zone", "location", "treatment_type"),
    *("opted_out_at", "deleted_at", "merged_into"),
)
"""The columns the checks read."""


def of(messages: Sequence[Message], *, hold: bool = False, read: bool = False) -> list[Facts]:
    """The facts of messages, in their order; nothing is written.

    `hold` locks what may change them (FOR SHARE) until the transaction ends: scopes, accounts, limits. The messages'
    leads are held by the caller already (docs/sending.md, order of locks). With either `hold` or `read` they are taken
    as the messages have them, `OF_LEADS` loaded. Messages that were not stored yet will do.
    """
    return _Batch(messages, hold=hold, read=hold or read).facts() if messages else []


class _Batch:
    """What was loaded for a batch, by key."""

    def __init__(self, messages: Sequence[Message], *, hold: bool, read: bool) -> None:
        self.messages = messages
        self.hold = hold
        ids = sorted({each.lead_id for each in messages})
        self.scopes = self._held(SendScope.objects.all(), {each.scope_id for each in messages})
        self.accounts = self._held(ChannelAccount.objects.all(), {each.account_id for each in messages})
        self.limits = _limits(hold=hold)
        self.broker = Broker.objects.get(pk=tenancy.current())
        self.leads = {each.lead_id: each.lead for each in messages} if read else _leads(ids)
        self.ledgers = consent.states(ids)
        self.sent = history.sent_to(ids)
        self.heard, self.shut = history.heard_from(ids)
        self.conversations = {each.lead_id: each for each in Conversation.objects.filter(lead_id__among=ids)}
        meters = list(ChannelMeter.objects.all())
        self.meters, self.today = {each.account_id: each for each in meters}, _today(meters)
        self.versions = TemplateVersion.objects.in_bulk(_known(each.template_version_id for each in messages))
        self.identities = {
            (each.lead_id, each.account_id, each.address): each
            for each in ChannelIdentity.objects.filter(lead_id__among=ids)
        }
        self.suppressions = self._suppressions()
        self.everything = rules.load()
        self.picked: dict[tuple[str, str, str], Rules] = {}

    def facts(self) -> list[Facts]:
        """The facts of each, in order."""
        to_lead: Counter[int] = Counter()
        of_account: Counter[int] = Counter()
        found = []
        for each in self.messages:
            found.append(self._facts(each, to_lead[each.lead_id], of_account[each.account_id]))
            to_lead[each.lead_id] += not each.is_reply
            of_account[each.account_id] += 1
        return found

    def _facts(self, message: Message, ahead: int, before: int) -> Facts:
        lead = self.leads[message.lead_id]
        scope = self.scopes.get(message.scope_id) if message.scope_id else None
        return Facts(
            message=message,
            account=self.accounts.get(message.account_id),
            scope=scope,
            lead=lead,
            broker=self.broker,
            clock=self._clock(message, lead, scope),
            limits=self.limits,
            meter=self.meters.get(message.account_id),
            today=self.today,
            ledger=self.ledgers.get(lead.pk, consent.EMPTY),
            suppressions=[each for known in addresses(message, lead) for each in self.suppressions.get(known, ())],
            conversation=self.conversations.get(lead.pk),
            version=self.versions.get(message.template_version_id) if message.template_version_id else None,
            identity=self.identities.get((lead.pk, message.account_id, message.address)),
            sent=self.sent.get(lead.pk, ()),
            ahead=ahead,
            before=before,
            heard=self.heard.get(lead.pk, {}),
            shut=self.shut.get(lead.pk, {}),
        )

    def _clock(self, message: Message, lead: Lead, scope: SendScope | None) -> Clock:
        home = self.broker
        country = zones.country_of(lead.phone_e164, lead.country)
        return Clock(
            rules=self._rules(country, message.channel, message.purpose),
            zones=zones.zones_of(
                time_zone=lead.time_zone,
                phone=lead.phone_e164,
                country=lead.country,
                place=lead.location,
                home=home.country,
                home_zone=home.time_zone,
            ),
            calendar=country,
            own=_window(self.limits),
            scope=_window(scope),
        )

    def _rules(self, country: str, channel: str, purpose: str) -> Rules:
        asked = country, channel, purpose
        if asked not in self.picked:
            self.picked[asked] = rules.pick(self.everything, country=country, channel=channel, purpose=purpose)
        return self.picked[asked]

    def _suppressions(self) -> dict[tuple[str, str], list[Suppression]]:
        wanted: dict[str, set[str]] = defaultdict(set)
        for each in self.messages:
            for kind, value in addresses(each, self.leads[each.lead_id]):
                wanted[kind].add(value)
        asked = Q(pk__in=[])
        for kind, values in wanted.items():
            asked |= Q(kind=kind, value__among=values)
        found: dict[tuple[str, str], list[Suppression]] = defaultdict(list)
        for row in Suppression.objects.filter(asked):
            found[row.kind, row.value].append(row)
        return found

    def _held(self, rows: QuerySet[M], keys: Iterable[int | None]) -> dict[int, M]:
        asked = rows.filter(pk__in=_known(keys)).order_by("pk")
        return {each.pk: each for each in (shared_lock.share(asked) if self.hold else asked)}


def addresses(message: Message, lead: Lead) -> set[tuple[str, str]]:
    """By what the addressee may stand on a list: the address written to, and the person's number."""
    if message.channel == Channel.EMAIL:
        return {(SuppressionKind.EMAIL, message.address.strip().lower())}
    if message.is_trial:
        return set()  # it rings a simulated phone
    known = {lead.phone_e164}
    if message.channel in {Channel.WHATSAPP, Channel.CALL}:
        known.add(message.address.removeprefix("whatsapp:"))
    return {(SuppressionKind.PHONE, each) for each in known if each}


def _window(row: ContactLimits | SendScope | None) -> Own:
    return Own(row.opens, row.closes, frozenset(row.days)) if row else FREE


def _leads(ids: Iterable[int]) -> dict[int, Lead]:
    return {lead.pk: lead for lead in Lead.everything.only(*OF_LEADS).filter(pk__among=ids)}


def _known(keys: Iterable[int | None]) -> list[int]:
    return sorted({each for each in keys if each is not None})


def _limits(*, hold: bool) -> ContactLimits | None:
    """The brokerage's own limits. To be held they have to exist: a kill switch must meet everybody who sends."""
    if not hold:
        return ContactLimits.objects.first()
    if not ContactLimits.objects.exists():
        columns = Actor.system().columns()
        ContactLimits.objects.get_or_create(defaults={"updated_at": timezone.now(), **columns})
    return shared_lock.share(ContactLimits.objects.order_by("pk"))[0]


def _today(meters: Sequence[ChannelMeter]) -> Today:
    day = max((each.day for each in meters if each.day), default=None)
    return Today(day, sum(each.begun_today for each in meters if each.day == day)) if day else Today()
