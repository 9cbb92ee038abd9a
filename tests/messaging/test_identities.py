"""Links that bind a Telegram chat to a lead: once, for a while, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from crm.models import Consent, Lead, Task
from messaging import identities
from messaging.models import BindingLink, ChannelIdentity, Message, ProviderEvent
from tests.messaging import inbound_tools as tools

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bot(make_telegram):
    return make_telegram()


@pytest.fixture
def invited(bot, broker, inside):
    """`invited(lead)`: the token of a link for a lead."""

    def make(lead, *, now=None):
        with inside(broker):
            link = identities.invite(lead, bot, by=Actor.system(), now=now or timezone.now())
        found = re.fullmatch(r"https://t\.me/andes_bot\?start=([A-Za-z0-9_-]{22})", link)
        assert found, link
        return found[1]

    return make


@pytest.fixture
def write_to_bot(client, bot, apply_all):
    numbers = iter(range(1, 100))

    def come(text, *, chat=77, **extra):
        assert (
            tools.post_telegram(client, bot, tools.update(next(numbers), text, chat=chat, **extra)).status_code == 204
        )
        apply_all()

    return come


def _bound(lead):
    return list(ChannelIdentity.objects.filter(lead=lead).values_list("address", flat=True))


def test_a_lead_who_opens_their_link_is_bound(invited, write_to_bot, make_lead, inside, broker):
    lead = make_lead(name="Ana Rojas", phone_raw="+56 9 8765 4321")
    token = invited(lead)
    write_to_bot(f"/start {token}")
    write_to_bot("Hola")
    with inside(broker):
        assert (_bound(lead), Lead.objects.count()) == (["77"], 1)
        assert sorted(Message.objects.values_list("body", flat=True)) == ["/start", "Hola"]
        link = BindingLink.objects.get()
        assert link.used_at is not None
        assert token not in link.digest


def test_the_token_is_kept_nowhere(client, bot, invited, make_lead, inside, broker):
    token = invited(make_lead())
    tools.post_telegram(client, bot, tools.update(1, f"/start {token}"))
    with inside(broker):
        assert token not in str(ProviderEvent.objects.get().payload)


def test_a_second_chat_with_a_used_link_is_not_bound_and_asks_a_person(
    invited, write_to_bot, make_lead, inside, broker
):
    lead = make_lead()
    token = invited(lead)
    write_to_bot(f"/start {token}")
    write_to_bot(f"/start {token}", chat=88)
    write_to_bot(f"/start {token}", chat=88)
    with inside(broker):
        assert _bound(lead) == ["77"]
        assert Task.objects.get(lead=lead).kind == "review"
        assert ChannelIdentity.objects.get(address="88").lead != lead


def test_the_same_chat_may_open_its_link_again(invited, write_to_bot, make_lead, inside, broker):
    lead = make_lead()
    token = invited(lead)
    for _time in range(3):
        write_to_bot(f"/start {token}")
    with inside(broker):
        assert (_bound(lead), Task.objects.count(), Message.objects.count()) == (["77"], 0, 3)


def test_a_link_that_is_too_old_binds_nobody_and_asks_a_person(invited, write_to_bot, make_lead, inside, broker):
    lead = make_lead()
    write_to_bot(f"/start {invited(lead, now=timezone.now() - timedelta(days=15))}")
    with inside(broker):
        assert _bound(lead) == []
        assert Task.objects.filter(lead=lead).count() == 1


def test_a_chat_that_is_another_leads_stays_theirs(invited, write_to_bot, make_lead, inside, broker):
    write_to_bot("Hola")
    lead = make_lead(name="Otra")
    write_to_bot(f"/start {invited(lead)}")
    with inside(broker):
        assert _bound(lead) == []
        assert "Ana Rojas" in Task.objects.get(lead=lead).title
        assert Message.objects.exclude(lead=lead).count() == 2


def test_a_link_of_another_brokerage_is_a_stranger(
    write_to_bot, make_lead, make_telegram, other_broker, inside, broker
):
    theirs = make_telegram(in_broker=other_broker, address="@sur_bot")
    lead = make_lead(in_broker=other_broker)
    with inside(other_broker):
        link = identities.invite(lead, theirs, by=Actor.system(), now=timezone.now())
    write_to_bot(f"/start {link.partition('=')[2]}")
    with inside(other_broker):
        assert not lead.messages.exists()
        assert not ChannelIdentity.objects.exists()
    with inside(broker):
        assert Lead.objects.count() == 1


def test_a_new_link_puts_the_one_before_out_of_use(invited, write_to_bot, make_lead, inside, broker):
    lead = make_lead()
    first = invited(lead)
    invited(lead)
    write_to_bot(f"/start {first}")
    with inside(broker):
        assert _bound(lead) == []


def test_two_chats_that_open_a_link_at_once_bind_one(client, bot, invited, make_lead, inside, broker, at_once):
    from messaging.inbound import apply

    lead = make_lead()
    token = invited(lead)
    for chat in (1, 2):
        tools.post_telegram(client, bot, tools.update(chat, f"/start {token}", chat=chat))
    with inside(broker):
        events = list(ProviderEvent.objects.values_list("pk", flat=True))
    assert at_once(lambda number: apply.apply(broker.pk, events[number], now=timezone.now()), 2) == [True, True]
    with inside(broker):
        assert len(_bound(lead)) == 1
        assert Task.objects.filter(lead=lead, kind="review").count() == 1


def _door(state, number, chat=77):
    return {
        "update_id": number,
        "my_chat_member": {"chat": {"id": chat, "type": "private"}, "new_chat_member": {"status": state}},
    }


def test_who_blocks_the_bot_leaves_its_channel_and_comes_back_by_opening_it(
    client, bot, write_to_bot, apply_all, inside, broker
):
    write_to_bot("Hola")
    tools.post_telegram(client, bot, _door("kicked", 500))
    apply_all()
    with inside(broker):
        assert ChannelIdentity.objects.get().blocked_at is not None
        last = Consent.objects.filter(channel="telegram")
        assert set(last.values_list("purpose", "state")) == {("marketing", "revoked"), ("transactional", "revoked")}
        assert Lead.objects.get().opted_out_at is None
    tools.post_telegram(client, bot, _door("member", 501))
    apply_all()
    with inside(broker):
        assert ChannelIdentity.objects.get().blocked_at is None
        assert Consent.objects.order_by("-id").first().state == "granted"


def test_who_shares_their_own_contact_is_known_by_their_number(write_to_bot, make_lead, inside, broker):
    lead = make_lead(phone_raw="+56 9 8765 4321")
    write_to_bot("", contact={"phone_number": "56987654321", "user_id": 77})
    write_to_bot("", chat=78, contact={"phone_number": "56987654321", "user_id": 1})
    with inside(broker):
        assert _bound(lead) == ["77"]


def test_the_panel_gives_a_link_once_and_only_for_leads_one_sees(
    client_for, bob, charlie, bot, make_lead, inside, broker
):
    lead = make_lead(assigned_to=bob)
    panel, invite = (reverse(name, args=[lead.public_id]) for name in ("invites:telegram", "invites:telegram-invite"))
    client = client_for(bob)
    assert "Invitar a Telegram" in client.get(panel).text
    made = client.post(invite, headers={"HX-Request": "true"})
    assert "https://t.me/andes_bot?start=" in made.text
    assert "?start=" not in client.get(panel).text
    assert client_for(charlie).get(panel).status_code == 404
    assert client_for(charlie).post(invite, headers={"HX-Request": "true"}).status_code == 404


def test_without_a_bot_there_is_no_panel(client_for, alice, make_lead):
    assert client_for(alice).get(reverse("invites:telegram", args=[make_lead().public_id])).content == b""
