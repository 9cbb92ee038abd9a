from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import retention, tokens
from accounts.enums import Scope
from accounts.models import ApiToken, Invitation
from tests.conftest import PASSWORD

NOW = timezone.now()


@pytest.fixture
def issue(bob):
    def make(user=bob, scope=Scope.READ, expires_at=None):
        return tokens.issue(user=user, name="planilla", scope=scope, expires_at=expires_at)

    return make


def test_a_token_is_found_by_its_secret_only(issue, bob):
    token, secret = issue()
    found = tokens.find(secret, now=NOW)
    assert found == token
    assert found.user == bob
    assert tokens.find(secret[:-1], now=NOW) is None
    assert tokens.find(token.prefix, now=NOW) is None
    assert tokens.find(token.token_hash, now=NOW) is None
    assert secret not in str(ApiToken.objects.values().get())


def test_a_token_ends_at_its_hour(issue):
    _, secret = issue(expires_at=NOW)
    assert tokens.find(secret, now=NOW - timedelta(seconds=1))
    assert tokens.find(secret, now=NOW) is None


def test_a_revoked_token_is_dead_and_stays_so(issue):
    token, secret = issue()
    tokens.revoke(token=token, by=token.user, now=NOW)
    tokens.revoke(token=token, by=token.user, now=NOW + timedelta(days=1))
    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert tokens.find(secret, now=NOW) is None


@pytest.mark.parametrize("closed", ["user", "broker"])
def test_a_token_of_somebody_who_may_not_enter_is_dead(issue, bob, broker, closed):
    _, secret = issue()
    target = bob if closed == "user" else broker
    target.is_active = False
    target.save()
    assert tokens.find(secret, now=NOW) is None


def test_last_use_is_written_at_most_every_five_minutes(issue, django_assert_num_queries):
    _, secret = issue()
    tokens.find(secret, now=NOW)
    with django_assert_num_queries(1):
        tokens.find(secret, now=NOW + timedelta(minutes=4))
    with django_assert_num_queries(2):
        tokens.find(secret, now=NOW + timedelta(minutes=6))


class TestPage:
    def test_the_secret_is_shown_once(self, sign_in, bob):
        client = sign_in(bob, confirmed=True)
        page = client.post("/profile/tokens/", {"name": "planilla", "scope": "write", "days": "30"}).content.decode()
        token = ApiToken.objects.get()
        secret = page.split('value="corr_')[1].split('"')[0]
        assert tokens.find(f"corr_{secret}", now=NOW) == token
        assert (token.scope, token.user) == ("write", bob)
        assert timedelta(days=29) < token.expires_at - NOW < timedelta(days=31)
        assert secret not in client.get("/profile/tokens/").content.decode()

    def test_making_one_needs_a_fresh_password(self, client_for, bob):
        response = client_for(bob).post("/profile/tokens/", {"name": "x", "scope": "read", "days": ""})
        assert response["Location"].startswith("/accounts/reauthenticate/")
        assert not ApiToken.objects.exists()

    def test_what_was_typed_survives_the_question_for_the_password(self, client_for, bob):
        client = client_for(bob)
        asked = client.post("/profile/tokens/", {"name": "planilla", "scope": "read", "days": ""})["Location"]
        page = client.post(asked, {"password": PASSWORD, "next": "/profile/tokens/"}).content.decode()
        assert 'value="corr_' in page
        assert ApiToken.objects.get().name == "planilla"

    def test_revoking_ones_own(self, client_for, bob, issue):
        token, secret = issue()
        assert client_for(bob).post(f"/profile/tokens/{token.public_id}/revoke/").status_code == 302
        assert tokens.find(secret, now=timezone.now()) is None

    def test_tokens_of_others_do_not_exist(self, client_for, alice, issue):
        token, secret = issue()
        client = client_for(alice)
        assert "planilla" not in client.get("/profile/tokens/").content.decode()
        assert client.post(f"/profile/tokens/{token.public_id}/revoke/").status_code == 404
        assert tokens.find(secret, now=timezone.now())

    @pytest.mark.parametrize(
        "bad", [{"scope": "root"}, {"days": "9999"}, {"days": "-1"}, {"name": ""}, {"name": "x" * 81}]
    )
    def test_nonsense_is_refused(self, sign_in, bob, bad):
        data = {"name": "x", "scope": "read", "days": "30"} | bad
        assert sign_in(bob, confirmed=True).post("/profile/tokens/", data).status_code == 422


def test_purge_keeps_what_lives(issue, sign_in, alice, broker):
    client = sign_in(alice)
    living, _ = issue()
    dead, _ = issue()
    ApiToken.objects.filter(pk=dead.pk).update(revoked_at=NOW - timedelta(days=400))
    for age in (1, 120):
        Invitation.objects.create(
            broker=broker, email=f"i{age}@x.cl", token_hash=str(age), expires_at=NOW - timedelta(days=age)
        )
    counts = retention.purge(now=timezone.now())
    assert (counts["tokens"], counts["invitations"], counts["sessions"]) == (1, 1, 0)
    assert list(ApiToken.objects.all()) == [living]
    assert client.get("/profile/").status_code == 200
    retention.purge(now=NOW + timedelta(days=30))
    assert client.get("/profile/").status_code == 302
