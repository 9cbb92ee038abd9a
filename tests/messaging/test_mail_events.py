"""What e-mail providers tell: delivered, bounced, spam, unsubscribed, answered."""

import base64
import json
import secrets

import pytest
from django.utils import timezone

from core.actors import Actor
from crm.models import Consent, Interaction, Lead
from messaging import accounts
from messaging.inbound.mail import without_quotes
from messaging.models import Message, ProviderEvent, Suppression

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "un-secreto-del-correo"


@pytest.fixture
def postmark(make_account, broker, inside):
    account = make_account(
        channel="email", provider="anymail", address="hola@andes.cl", token=secrets.token_urlsafe(32), is_default=True
    )
    with inside(broker):
        known = {"esp": "postmark", "api_key": "x", "webhook_secret": SECRET}
        return accounts.change(
            account, accounts.Wanted(account.name, account.address, known), by=Actor.system(), now=timezone.now()
        )


@pytest.fixture
def tell(client, postmark, apply_all):
    """`tell(document)`: Postmark posts it, and it is applied."""

    def post(document, *, secret=SECRET, esp="postmark"):
        signed = base64.b64encode(f"corredor:{secret}".encode()).decode()
        answer = client.post(
            f"/webhooks/email/{esp}/{postmark.token}", json.dumps(document), content_type="application/json",
            headers={"Authorization": f"Basic {signed}"},
        )  # fmt: skip
        apply_all()
        return answer.status_code

    return post


@pytest.fixture
def sent(postmark, write, make_lead, inside, broker):
    """A message by e-mail that its provider has, and the lead's address."""
    from uuid import uuid4

    from messaging.models import SendAttempt

    lead = make_lead(email="ana@correo.cl")
    message = write(lead, channel="email", account=postmark, subject="Hola")
    key, worker, now = uuid4(), uuid4(), timezone.now()
    with inside(broker):
        claimed = {"attempt": key, "lease_worker": worker, "lease_until": now}
        Message.objects.filter(pk=message.pk).update(status="claimed", **claimed)
        Message.objects.filter(pk=message.pk).update(status="sending")
        SendAttempt.objects.create(key=key, message=message, number=1, worker=worker, state="sending", claimed_at=now)
    return message, key


def report(kind, key, **extra):
    return {"RecordType": kind, "MessageID": "pm-1", "Recipient": "ana@correo.cl", "Email": "ana@correo.cl", "ID": 7,
            "Metadata": {"attempt": str(key)}, "DeliveredAt": "2026-11-25T12:00:00Z", **extra}  # fmt: skip


def letter(**extra):
    return {"FromFull": {"Email": "Ana@correo.cl", "Name": "Ana Rojas"}, "From": "Ana <Ana@correo.cl>", "Subject": "Re: Hola",
            "To": "hola@andes.cl", "TextBody": "Sí, me interesa.\n\nEl lun, 3 nov 2026, Andes escribió:\n> Hola\n> responde BAJA",
            "MessageID": "in-1", "Headers": [{"Name": "Message-ID", "Value": "<1@correo.cl>"}], "Attachments": [], **extra}  # fmt: skip


def test_a_delivery_is_told_of_the_try_it_names(tell, sent, fresh):
    message, key = sent
    assert tell(report("Delivery", key)) == 200
    assert (fresh(message).status, fresh(message).provider_ref) == ("delivered", "pm-1")


def test_a_bounce_fails_the_message_and_closes_the_address_once(tell, sent, fresh, inside, broker):
    message, key = sent
    for _time in range(3):
        assert tell(report("Bounce", key, Type="HardBounce", BouncedAt="2026-11-25T12:00:00Z")) == 200
    tell(report("Delivery", key))
    assert fresh(message).status == "failed"
    with inside(broker):
        assert Interaction.objects.filter(kind="bounced").count() == 1
        assert list(Suppression.objects.values_list("value", "source")) == [("ana@correo.cl", "bounce")]


def test_a_full_mailbox_closes_nothing(tell, sent, fresh, inside, broker):
    message, key = sent
    tell(report("Bounce", key, Type="SoftBounce"))
    assert fresh(message).status == "failed"
    with inside(broker):
        assert not Suppression.objects.exists()


def test_who_calls_it_spam_is_written_to_no_more(tell, sent, inside, broker):
    tell(report("SpamComplaint", sent[1], Type="SpamComplaint"))
    with inside(broker):
        assert Suppression.objects.get().source == "complaint"
        assert Lead.objects.get().opted_out_at is not None
        assert Consent.objects.get(state="revoked").proof["how"] == "spam"


def test_who_unsubscribes_at_the_provider_is_out_here(tell, sent, inside, broker):
    for _time in range(2):
        tell(report("SubscriptionChange", sent[1], SuppressSending=True, SuppressionReason="ManualSuppression"))
    with inside(broker):
        assert Lead.objects.get().opted_out_at is not None
        assert Consent.objects.filter(state="revoked").count() == 1


def test_an_answer_is_heard_without_what_it_answers_to(tell, sent, inside, broker):
    for _time in range(2):
        assert tell(letter()) == 200
    with inside(broker):
        heard = Message.objects.get(provider_ref="<1@correo.cl>")
        assert (heard.body, heard.subject, heard.lead_id) == ("Sí, me interesa.", "Re: Hola", sent[0].lead_id)


def test_a_quoted_word_is_no_opt_out_and_a_written_one_is(tell, sent, inside, broker):
    tell(letter())
    with inside(broker):
        assert Lead.objects.get().opted_out_at is None
    tell(letter(TextBody="baja\n\n> Hola", Headers=[{"Name": "Message-ID", "Value": "<2@correo.cl>"}]))
    with inside(broker):
        assert Lead.objects.get().opted_out_at is not None


def test_what_a_machine_answers_is_nobodys(tell, sent, inside, broker):
    headers = [{"Name": "Message-ID", "Value": "<3@correo.cl>"}, {"Name": "Auto-Submitted", "Value": "auto-replied"}]
    assert tell(letter(Headers=headers)) == 200
    with inside(broker):
        assert not Message.objects.filter(provider_ref="<3@correo.cl>").exists()


def test_a_stranger_who_writes_becomes_a_lead(tell, inside, broker):
    tell(letter())
    with inside(broker):
        lead = Lead.objects.get()
        assert (lead.email, lead.name, lead.source) == ("ana@correo.cl", "Ana Rojas", "Correo")


@pytest.mark.parametrize(
    ("secret", "esp"), [("otro", "postmark"), ("", "postmark"), (SECRET, "mailgun"), (SECRET, "nada")]
)
def test_without_the_password_nothing_is_heard(secret, esp, tell, inside, broker):
    assert tell(letter(), secret=secret, esp=esp) == 403
    with inside(broker):
        assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    "document", [[], {}, "x", 1, {"RecordType": 5}, {"FromFull": 1}, {"FromFull": {"Email": "no"}, "Headers": 3}]
)
def test_an_odd_document_is_no_500(document, tell):
    assert tell(document) in {200, 400}


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Hola", "Hola"),
        ("Sí\r\n\r\nOn Mon, 3 Nov 2026 at 10:00, Andes <a@b.cl> wrote:\r\n> x", "Sí"),
        ("Sí\n-----Mensaje original-----\nDe: x", "Sí"),
        ("Sim\nEm seg., 3 de nov. de 2026, Andes escreveu:\n> x", "Sim"),
        ("> cita primero\nHola", "> cita primero\nHola"),
        ("El depto me gusta: lo vi ayer", "El depto me gusta: lo vi ayer"),
    ],
)
def test_quotes_are_cut_where_they_begin(text, own):
    assert without_quotes(text) == own
