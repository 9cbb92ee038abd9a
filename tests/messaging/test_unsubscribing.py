"""The link out of an e-mail: one click, nothing stored for it, and nothing told to who forged one."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from crm import bin as leads_bin
from crm import consent
from crm.enums import Channel, ConsentState
from crm.models import Consent, Lead
from messaging import unsubscribing
from messaging.models import Message


@pytest.fixture
def lead(make_lead):
    return make_lead(email="ana@example.com")


@pytest.fixture
def path(lead):
    return urlsplit(unsubscribing.link(lead, Channel.EMAIL)).path


def entries(broker, inside, lead):
    with inside(broker):
        return list(Consent.objects.filter(lead=lead))


def test_looking_changes_nothing(path, broker, inside, lead):
    response = Client().get(path)
    assert response.status_code == 200
    text = response.content.decode()
    assert "Andes Propiedades" in text
    assert "Ana" not in text
    assert "ana@example.com" not in text
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    assert entries(broker, inside, lead) == []


def test_one_click_of_a_mail_program_is_enough(path, broker, inside, lead):
    client = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        response = client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert response.status_code == 200
        assert "Listo" in response.content.decode()
    [entry] = entries(broker, inside, lead)
    assert (entry.state, entry.purpose, entry.channel, entry.source) == ("revoked", "marketing", "", "form")
    assert entry.proof == {"ip": "127.0.0.1", "link": "email"}
    with inside(broker):
        lead.refresh_from_db()
        assert lead.opted_out_at is not None
        assert consent.states([lead.pk])[lead.pk].of("transactional", "email").state == ConsentState.UNKNOWN


def test_a_lead_in_the_bin_is_taken_off_too(path, broker, inside, lead):
    with inside(broker):
        leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=Actor.system(), now=timezone.now())
    assert "Listo" in Client().post(path).content.decode()
    assert len(entries(broker, inside, lead)) == 1


def test_a_merged_lead_leads_to_the_kept_one(path, broker, inside, lead, make_lead):
    from crm.merging.act import merge

    kept = make_lead(name="Ana R.")
    with inside(broker):
        merge(kept.pk, lead.pk, within=Lead.objects.all(), by=Actor.system(), now=timezone.now())
    Client().post(path)
    with inside(broker):
        assert Lead.objects.get(pk=kept.pk).opted_out_at is not None


def test_who_is_not_there_any_more_gets_the_same_page(broker, inside, lead, path):
    from uuid import uuid4

    ghost = signing.dumps([broker.pk, uuid4().hex, "email"], salt=unsubscribing._SALT)
    known, unknown = Client().post(path), Client().post(f"/u/{ghost}/")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


@pytest.mark.parametrize("token", ["nada", "x" * 3_000, "eyJ9:1:abc", "%00", "ñ", "a/../b"])
def test_a_forged_link_says_nothing(token, db):
    for response in (Client().get(f"/u/{token}/"), Client().post(f"/u/{token}/")):
        assert response.status_code in {404, 301}
        assert "Andes" not in response.content.decode()


@pytest.mark.parametrize(
    "content", [["x"], [1, "y", "email"], [1, "0" * 32, "paloma"], "hola", None, {"a": 1}, [10**30, "0" * 32, "email"]]
)
def test_a_right_signature_over_nonsense_says_nothing(content, db):
    token = signing.dumps(content, salt=unsubscribing._SALT)
    assert Client().get(f"/u/{token}/").status_code == 404


def test_a_link_of_another_purpose_is_no_link(broker, lead):
    token = signing.dumps([broker.pk, lead.public_id.hex, "email"], salt="another")
    assert Client().get(f"/u/{token}/").status_code == 404


def test_an_old_link_says_nothing(path, monkeypatch):
    monkeypatch.setattr(unsubscribing, "GOOD_FOR", timedelta(seconds=-1))
    assert Client().get(path).status_code == 404


def test_guessing_is_slowed_down_and_a_right_link_is_not(path):
    client = Client()
    answers = [client.get(f"/u/{number}/").status_code for number in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert client.post(path).status_code == 200


def test_a_message_carries_the_link_where_it_makes_sense(lead, broker, inside):
    with inside(broker):
        _links(lead)


def _links(lead):
    assert unsubscribing.link_for(Message(lead=lead, channel="email")).startswith("http")
    assert unsubscribing.link_for(Message(lead=lead, channel="email", is_reply=True)) == ""
    assert unsubscribing.link_for(Message(lead=lead, channel="whatsapp")) == ""
