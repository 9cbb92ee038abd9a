"""What nobody confirmed: the evidence, and what a person decides, once."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from messaging.models import Message, SendAttempt


@pytest.fixture
def doubtful(make_account, write, make_lead, bob, broker, inside):
    """`doubtful(status)`: a message to a lead of Bob's with one try of which nobody knows the end."""
    account, number = make_account(channel="whatsapp", provider="twilio"), iter(range(10, 99))

    def make(status="unconfirmed", **fields):
        lead = make_lead(name="Ana", phone_raw=f"+56 9 8765 43{next(number)}", assigned_to=bob)
        attempt, now = uuid4(), timezone.now()
        with inside(broker):
            message = Message.objects.create(
                direction="out", status=status, channel="whatsapp", lead=lead, account=account, body="Hola, Ana",
                address=lead.phone_e164, attempt=attempt, attempts=1, dedupe_key=str(attempt), not_before=now,
                expires_at=now, created_at=now, by_kind="user", by_user=bob, by_label="Bob", **fields,
            )  # fmt: skip
            SendAttempt.objects.create(
                key=attempt, message=message, number=1, worker=uuid4(), claimed_at=now, begun_at=now, http_status=504,
                state="unknown" if status == "unconfirmed" else "rejected", error_code="timeout", looks=3,
            )  # fmt: skip
        return message

    return make


def test_the_evidence_is_shown_to_those_who_see_the_lead(doubtful, client_for, alice, bob, charlie, make_user, broker):
    doubtful()
    url = reverse("inbox:unconfirmed")
    for who in (alice, bob):
        page = client_for(who).get(url).content.decode()
        assert all(text in page for text in ("Hola, Ana", "Intento 1", "HTTP 504", "3 veces", "Enviar de nuevo"))
    carla = make_user("carla@andes.cl", broker, name="Carla", role="agent")
    for who in (carla, charlie):
        assert "Todo lo que salió está confirmado" in client_for(who).get(url).content.decode()


@pytest.mark.parametrize(("act", "status"), [("resend", "queued"), ("assume-sent", "sent"), ("give-up", "cancelled")])
def test_a_person_decides_once(act, status, doubtful, client_for, bob, broker, inside, fresh):
    message = doubtful()
    client, url = client_for(bob), reverse(f"inbox:{act}", args=[message.public_id])
    assert client.post(url, headers={"HX-Request": "true"}).status_code == 200
    assert fresh(message).status == status
    again = client.post(reverse("inbox:give-up", args=[message.public_id]), headers={"HX-Request": "true"})
    assert "Ya se resolvió" in json.loads(again.headers["HX-Trigger"])["toast"][0]["text"]
    assert fresh(message).status == status
    with inside(broker):
        assert AuditEntry.objects.filter(action__startswith="message.").count() == 1


def test_what_failed_says_why(doubtful, client_for, bob):
    doubtful("failed", error_code="63016")
    page = client_for(bob).get(reverse("inbox:failed")).content.decode()
    assert "Hola, Ana" in page
    assert "Enviar de nuevo" not in page
    assert "24 horas" in page


def test_they_cost_the_same_with_one_and_three(doubtful, client_for, bob):
    client, counts = client_for(bob), []
    for _ in range(3):
        doubtful()
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("inbox:unconfirmed"))
        counts.append(len(seen))
    assert counts[1] == counts[2]
