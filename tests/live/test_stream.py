"""Who hears what, and until when."""

import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from core import live
from core.actors import Actor
from crm import leads
from crm.models import Lead
from pipeline import board


@pytest.fixture
def dora(make_user, broker):
    return make_user("dora@andes.cl", broker, name="Dora", role="agent")


@pytest.fixture
def tell(inside, broker):
    def send(topic="leads", facts=None, **to):
        with inside(broker):
            live.tell(topic, facts or {}, **to)

    return send


@pytest.fixture
def move(inside, broker):
    from django.utils import timezone

    def act(lead, stage, by):
        with inside(broker):
            wish = board.Move(stage)
            board.move(lead.public_id, wish, within=Lead.objects.all(), by=Actor.of(by), now=timezone.now())

    return act


def test_stream_says_how_to_come_back_and_is_kept_by_nobody(listen, alice):
    ear = listen(alice)
    assert ear.status == 200
    assert ear.headers["Content-Type"].startswith("text/event-stream")
    assert ear.headers["Cache-Control"] == "no-store"
    assert ear.headers["X-Accel-Buffering"] == "no"


@pytest.mark.parametrize("session", ["", "nosuchsession", "x" * 5000], ids=["none", "unknown", "long"])
def test_stream_without_a_session_is_refused(listen, session, db):
    assert listen(session=session).status == 401


def test_stream_refuses_other_methods_and_other_sites(served, listen, alice):
    with pytest.raises(HTTPError, match="405") as refused:
        urlopen(f"{served}/live/", data=b"", timeout=10)
    refused.value.close()
    assert listen(alice, **{"Sec-Fetch-Site": "cross-site"}).status == 403


def test_deactivated_people_platform_staff_and_closed_brokerages_are_refused(listen, make_user, broker, other_broker):
    gone = make_user("gone@andes.cl", broker, is_active=False)
    platform = make_user("staff@corredor.app", None, is_staff=True)
    other_broker.is_active = False
    other_broker.save()
    closed = make_user("closed@sur.cl", other_broker)
    assert [listen(user).status for user in (gone, platform, closed)] == [401, 401, 401]


def test_session_of_an_older_password_is_refused(listen, session_of, alice):
    session = session_of(alice)
    alice.set_password("otra-clave-larga-2")
    alice.save()
    assert listen(session=session).status == 401


def test_move_is_heard_by_the_brokerage_and_by_nobody_else(listen, settled, make_lead, move, alice, bob, charlie):
    lead = make_lead()
    settled()
    here, there = listen(bob), listen(charlie)
    move(lead, "agendado", alice)
    event, data = here.next()
    assert event == "leads"
    assert data == {"leads": [{"id": str(lead.public_id), "stage": "agendado", "was": "entrada"}], "page": ""}
    assert there.hears_nothing() is None


def test_agent_hears_of_their_leads_and_nobodys_only(listen, settled, make_lead, move, alice, bob, dora):
    bobs = make_lead(assigned_to=bob)
    settled()
    admin, owner, colleague = listen(alice), listen(bob), listen(dora)
    move(bobs, "agendado", alice)
    assert admin.next()[1]["leads"][0]["id"] == owner.next()[1]["leads"][0]["id"] == str(bobs.public_id)
    assert colleague.hears_nothing() is None


def test_who_loses_a_lead_and_who_gets_it_both_hear(listen, settled, make_lead, inside, broker, alice, bob, dora):
    from django.utils import timezone

    lead = make_lead(assigned_to=bob)
    settled()
    loses, gets = listen(bob), listen(dora)
    with inside(broker):
        leads.assign(Lead.objects.filter(pk=lead.pk), to=dora, by=Actor.of(alice), now=timezone.now())
    told = {"leads": [{"id": str(lead.public_id), "stage": "entrada"}], "page": ""}
    assert loses.next()[1] == told
    assert ("notices", {"page": ""}) in (both := [gets.next(), gets.next()])  # and that the lead is theirs now
    assert told in [facts for _topic, facts in both]
    with inside(broker):
        leads.edit(lead, {"location": "Ñuñoa"}, by=Actor.of(alice), now=timezone.now())
    gets.next()
    assert loses.hears_nothing() is None


def test_what_is_rolled_back_was_never_said(listen, settled, inside, broker, alice):
    settled()
    ear = listen(alice)
    with pytest.raises(ZeroDivisionError), inside(broker):
        live.tell("leads", live.MANY)
        raise ZeroDivisionError
    assert ear.hears_nothing() is None


def test_hundreds_of_leads_are_one_short_message(listen, settled, inside, broker, alice):
    from django.utils import timezone

    settled()
    ear = listen(alice)
    with inside(broker):
        drafts = [leads.Draft({"name": f"Persona {number}"}) for number in range(300)]
        leads.create_many(drafts, by=Actor.of(alice), now=timezone.now())
    assert ear.next() == ("leads", {"many": True, "page": ""})
    assert ear.hears_nothing() is None


def test_news_for_one_person_is_heard_by_them_alone(listen, settled, tell, alice, bob, dora):
    settled()
    admin, theirs, other = listen(alice), listen(bob), listen(dora)
    tell("notices", to=[bob.pk], admins=False)
    assert theirs.next() == ("notices", {"page": ""})
    assert admin.hears_nothing() is other.hears_nothing() is None


def test_news_too_long_to_send_says_only_that_there_is_some(listen, settled, tell, alice, bob):
    settled()
    ear = listen(bob)
    tell("leads", {"leads": ["x" * 9000]}, to=[bob.pk])
    assert ear.next() == ("leads", {"many": True, "page": ""})
    tell("leads", {"leads": ["y"]}, to=range(10**9, 10**9 + 3000))
    assert ear.next() == ("leads", {"many": True, "page": ""})


def test_page_hears_what_was_told_while_it_loaded(listen, settled, tell, alice):
    tell(facts={"leads": ["meanwhile"]})
    settled()
    heard = listen(alice, path="/live/?age=30000")
    assert ("leads", {"leads": ["meanwhile"], "page": ""}) in [heard.next(), heard.next()]
    assert listen(alice).hears_nothing() is None


@pytest.mark.parametrize("age", ["-1", "1e9", "99999999999", "%00", "a"])
def test_nonsense_as_the_age_of_a_page_is_none(listen, alice, age):
    assert listen(alice, path=f"/live/?age={age}").status == 200


def test_request_carries_the_page_it_came_from(listen, settled, client_for, make_lead, alice, bob):
    lead = make_lead()
    client = client_for(alice)
    settled()
    ear = listen(bob)
    page = "0b1e6a1e-1111-4222-8333-944444444444"
    path = f"/leads/{lead.public_id}/assign/"
    client.post(path, {"to": str(alice.public_id)}, headers={"X-Page": page})
    assert ear.next()[1]["page"] == page
    client.post(path, {"to": ""}, headers={"X-Page": "<script>"})
    assert ear.next()[1]["page"] == ""


def test_many_pages_of_one_person_end_the_oldest(listen, alice):
    from core.live_hub import STREAMS

    ears = [listen(alice) for _ in range(STREAMS + 1)]
    assert ears[0].ended.wait(5)
    time.sleep(0.1)
    assert not ears[1].ended.is_set()
