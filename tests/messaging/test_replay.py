"""Deliveries of providers, doubled and in any order, leave the brokerage in one and the same state."""

import os
import random

import pytest
from django.db.models import Count
from django.utils import timezone

from accounts.models import Broker
from core import tenancy
from core.actors import Actor
from core.public_ids import uuid7
from crm import leads
from crm.models import Consent, Interaction, Lead
from messaging import identities
from messaging.enums import Direction, Status
from messaging.models import Anomaly, ChannelIdentity, Conversation, Message, ProviderEvent, SendAttempt, Suppression
from tests.messaging import inbound_tools as tools

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERIES = int(os.environ.get("DELIVERIES", "90"))
"""Deliveries of one round, repeats among them; `DELIVERIES=10000` for the whole number."""
ROUNDS = int(os.environ.get("ROUNDS", "3" if DELIVERIES < 1_000 else "10"))
ENDS = (
    ["queued", "sent", "delivered", "read"],
    ["sent", "delivered"],
    ["sent", "undelivered"],
    ["failed"],
    ["read"],
    ["sent", "sent"],
)
WORDS = ("Hola", "¿Sigue disponible?", "Quiero visitarlo", "BAJA", "gracias", "STOP", "")
PEOPLE = max(8, DELIVERIES // 20)
NUMBERS = [f"569{number:08d}" for number in range(80_000_000, 80_000_000 + PEOPLE)]


@pytest.mark.timeout(max(120, DELIVERIES * ROUNDS))
def test_deliveries_in_any_order_end_in_one_state(client, make_twilio, make_telegram, apply_all):
    chance = random.Random(4)
    script = _script(chance)
    ends = []
    for turn in range(ROUNDS):
        broker = Broker.objects.create(name=f"Ronda {turn}", slug=f"ronda-{turn}")
        whatsapp = make_twilio(in_broker=broker, address=f"+569{turn}", per_second=1000)
        bot = make_telegram(in_broker=broker, address=f"@ronda{turn}_bot")
        with tenancy.use(broker.pk):
            tries = _sent(whatsapp)
            _bind(bot)
        deliveries = list(script)
        chance.shuffle(deliveries)
        for place, (kind, number, told) in enumerate(deliveries):
            _deliver(client, whatsapp, bot, kind, told, tries.get(number))
            if place % 97 == 0:
                apply_all()
        apply_all()
        with tenancy.use(broker.pk):
            assert not ProviderEvent.objects.filter(applied_at=None).exists(), ProviderEvent.objects.filter(
                applied_at=None
            ).values("error")
            ends.append(_state())
    assert all(end == ends[0] for end in ends[1:]), [_different(ends[0], end) for end in ends[1:]]
    assert sum(len(rows) for rows in ends[0].values()) > DELIVERIES // 10
    assert ends[0]["anomalies"] == []


def _script(chance):
    """What providers deliver: (kind, number of the message, what is told), a good part of it twice."""
    script = []
    number = 0
    while len(script) < DELIVERIES:
        number += 1
        roll = chance.random()
        if roll < 0.45:
            states = chance.choice(ENDS)
            news = [
                ("status", number, tools.status(number, state, ErrorCode="63024" if state == "undelivered" else ""))
                for state in states
            ]
        elif roll < 0.8:
            words = chance.choice(WORDS)
            news = [("whatsapp", number, tools.whatsapp(10_000_000 + number, words, phone=chance.choice(NUMBERS)))]
        elif roll < 0.95:
            news = [
                ("telegram", number, tools.update(number, chance.choice(WORDS), chat=chance.randrange(max(20, PEOPLE))))
            ]
        else:
            state = chance.choice(["kicked"])
            change = {"chat": {"id": 900 + number, "type": "private"}, "new_chat_member": {"status": state}}
            news = [("telegram", number, {"update_id": number, "my_chat_member": change})]
        script += news
        if chance.random() < 0.4:
            script += news * chance.randrange(1, 3)
    return script[:DELIVERIES]


def _sent(account):
    """A message under way for each report, as a sender left it that has not heard the answer yet; some have."""
    now, by = timezone.now(), Actor.system().columns()
    drafts = [leads.Draft({"name": f"Destino {one}", "phone_raw": f"+56 2 2{one:07}"}) for one in range(PEOPLE)]
    people = leads.create_many(drafts, by=Actor.system(), now=now)
    tries = {}
    messages, attempts = [], []
    for number in range(1, DELIVERIES + 1):
        key, worker = uuid7(), uuid7()
        tries[number] = key
        state = ("sending", "unknown")[number % 2]
        held = {"lease_worker": worker, "lease_until": now} if state == "sending" else {}
        lead = people[number % PEOPLE]
        messages.append(Message(
            direction=Direction.OUT, channel="whatsapp", status=state, lead=lead, account=account, address=lead.phone_e164,
            body="Hola", dedupe_key=f"replay:{number}", not_before=now, expires_at=now, attempts=1, attempt=key, created_at=now, **held, **by,
        ))  # fmt: skip
        attempts.append(
            SendAttempt(
                key=key, message=messages[-1], number=1, worker=worker, state=state, claimed_at=now, begun_at=now
            )
        )
    Message.objects.bulk_create(messages)
    SendAttempt.objects.bulk_create(attempts)
    return tries


def _bind(bot):
    """Chats that shut the bot out later are known before."""
    now = timezone.now()
    for number in range(1, DELIVERIES + 1, 40):
        lead = leads.create(leads.Draft({"name": f"Chat {number}"}), by=Actor.system(), now=now)
        identities.know(lead, bot, [str(900 + number)], name="", now=now)


def _deliver(client, whatsapp, bot, kind, told, attempt):
    if kind == "telegram":
        response = tools.post_telegram(client, bot, told)
    else:
        way = {"path": "/status", "query": f"?a={attempt}"} if kind == "status" else {}
        response = tools.post_twilio(client, whatsapp, told, **way)
    assert response.status_code in {200, 204}


def _state():
    """All that deliveries leave behind, by names that are the same in every round; no times, no keys."""
    named = "lead__phone_e164", "lead__name"
    return {
        "messages": _rows(Message.objects.filter(direction="out").exclude(dedupe_key=""), "dedupe_key", "status", "provider_ref", "error_code", "attempts", by=_bare),
        "tries": _rows(SendAttempt.objects.all(), "message__dedupe_key", "state", "provider_ref", "error_code", by=_bare),
        "heard": _rows(Message.objects.filter(direction="in"), "provider_ref", "channel", "address", "body", *named),
        "leads": _rows(Lead.objects.all(), "phone_e164", "name", "source", "stage", "score"),
        "refused": _rows(Lead.objects.filter(opted_out_at__isnull=False), "phone_e164", "name"),
        "contacts": _rows(Interaction.objects.values(*named, "kind", "channel").annotate(many=Count("pk")), *named, "kind", "channel", "many"),
        "conversations": _rows(Conversation.objects.all(), *named, "unread", "state"),
        "consents": _rows(Consent.objects.values(*named, "state", "purpose", "channel").annotate(many=Count("pk")), *named, "state", "purpose", "channel", "many"),
        "identities": _rows(ChannelIdentity.objects.values(*named, "address"), *named, "address"),
        "blocked": _rows(ChannelIdentity.objects.filter(blocked_at__isnull=False), "address"),
        "suppressed": _rows(Suppression.objects.all(), "kind", "value", "source"),
        "events": _rows(ProviderEvent.objects.all(), "key", "kind"),
        "anomalies": _rows(Anomaly.objects.all(), "kind", "message__dedupe_key"),
    }  # fmt: skip


def _rows(found, *names, by=None):
    rows = found.values_list(*names)
    return sorted(str(by(row) if by else row) for row in rows)


def _bare(row):
    """Farewells are named by an entry of the ledger, which each round has its own of."""
    return ("farewell", *row[1:]) if row[0].startswith(("opt_out:", "opt_in:")) else row


def _different(one, other):
    return {name: sorted(set(one[name]) ^ set(other[name]))[:6] for name in one if one[name] != other[name]}


def test_every_order_of_four_reports_ends_in_one_state(make_twilio, broker, inside):
    """All permutations of sent, delivered, failed and read: what outdoes the others holds."""
    from itertools import permutations

    from messaging.letters import Report
    from messaging.sending import told

    account, now = make_twilio(), timezone.now()
    with inside(broker):
        tries = _sent(account)
        ends = set()
        for number, order in enumerate(permutations([Status.SENT, Status.DELIVERED, Status.FAILED]), 1):
            for status in order:
                told.apply(
                    Report(status, now, attempt=tries[number], ref=tools.ref(number), code="x"), account, now=now
                )
            found = Message.objects.get(dedupe_key=f"replay:{number}")
            ends.add((found.status, found.error_code, found.delivered_at is not None, found.lease_worker))
        assert ends == {("failed", "x", True, None)}
        assert not Anomaly.objects.exists()
