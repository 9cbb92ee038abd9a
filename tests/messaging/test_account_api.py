"""Channel accounts over the API and in Django admin: seen, tried, and their credentials never."""

import pytest
from django.utils import timezone

from core import waking
from core.actors import Actor
from messaging import accounts
from messaging.accounts import Wanted
from messaging.enums import Provider

pytestmark = pytest.mark.django_db
CANARY = "canario-secreto-7f3a"


@pytest.fixture
def asked(monkeypatch):
    seen = []
    monkeypatch.setattr(waking, "on_commit", lambda task, **arguments: seen.append((task, arguments)))
    return seen


@pytest.fixture
def account(asked, broker, inside, alice):
    with inside(broker):
        wanted = Wanted("Correo", "ventas@andes.cl", {"host": "smtp.example.com", "password": CANARY})
        made = accounts.create("email", Provider.SMTP, wanted, by=Actor.of(alice), now=timezone.now())
    asked.clear()
    return made


def test_accounts_are_read_without_their_credentials(client_for, alice, account):
    client = client_for(alice)
    for path in ("/api/v1/channel-accounts/", f"/api/v1/channel-accounts/{account.public_id}/"):
        answer = client.get(path)
        assert answer.status_code == 200
        found = answer.json().get("results", [answer.json()])[0]
        assert (found["id"], found["address"], found["health"]) == (
            str(account.public_id),
            "ventas@andes.cl",
            "untested",
        )
        assert CANARY not in answer.content.decode()
        assert account.token not in answer.content.decode()


def test_a_test_is_asked_for(client_for, alice, bob, account, asked, broker):
    path = f"/api/v1/channel-accounts/{account.public_id}/test/"
    assert client_for(alice).post(path).status_code == 202
    assert asked == [("messaging.connect_account", {"broker_id": broker.pk, "account_id": account.pk})]
    assert client_for(bob).post(path).status_code == 403


def test_admin_tries_and_pauses(client_for, alice, account, asked, inside, broker):
    alice.is_staff = True
    alice.save(update_fields=["is_staff"])
    client, path = client_for(alice), "/admin/messaging/channelaccount/"
    for act in ("test", "pause", "resume"):
        answer = client.post(path, {"action": act, "_selected_action": [account.pk]}, follow=True)
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode()
    assert len(asked) == 1
    page = client.get(f"{path}{account.pk}/change/").content.decode()
    assert "ventas@andes.cl" in page
    assert CANARY not in page
    assert account.token not in page
