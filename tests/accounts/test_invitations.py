from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.enums import Language, Role
from accounts.models import Invitation, User
from tests.conftest import PASSWORD

NOW = timezone.now()


@pytest.fixture
def invite(broker, alice):
    def send(email="dora@andes.cl", role=Role.AGENT, now=None, to=None):
        made, link = invitations.invite(
            broker=to or broker, email=email, role=role, by=alice, now=now or timezone.now()
        )
        return made, link.rsplit("/", 2)[1]

    return send


def accept(secret, now=None):
    return invitations.accept(
        secret=secret, name=" Dora ", password=PASSWORD, language=Language.ES, now=now or timezone.now()
    )


def test_accepting_makes_a_member_of_that_brokerage(invite, broker):
    made, secret = invite("Dora@Andes.cl", Role.ADMIN)
    user = accept(secret)
    assert (user.email, user.name, user.broker, user.role) == ("dora@andes.cl", "Dora", broker, Role.ADMIN)
    assert not user.is_staff
    made.refresh_from_db()
    assert made.accepted_at


def test_a_link_works_once(invite):
    _, secret = invite()
    accept(secret)
    with pytest.raises(invitations.Unusable):
        accept(secret)


def test_a_link_expires_after_seven_days(invite):
    _, secret = invite(now=NOW)
    invitations.find(secret, now=NOW + timedelta(days=7) - timedelta(seconds=1))
    with pytest.raises(invitations.Unusable):
        accept(secret, now=NOW + timedelta(days=7))


def test_a_revoked_link_is_dead(invite):
    made, secret = invite()
    invitations.revoke(invitation=made, by=None, now=NOW)
    with pytest.raises(invitations.Unusable):
        accept(secret)
    with pytest.raises(invitations.Unusable):
        invitations.resend(invitation=made, by=None, now=NOW)


def test_resending_kills_the_old_link(invite):
    made, old = invite(now=NOW - timedelta(days=8))
    new = invitations.resend(invitation=made, by=None, now=timezone.now()).rsplit("/", 2)[1]
    with pytest.raises(invitations.Unusable):
        accept(old)
    assert accept(new)


def test_inviting_twice_leaves_one_living_link(invite):
    _, first = invite()
    _, second = invite()
    with pytest.raises(invitations.Unusable):
        accept(first)
    assert accept(second)


def test_only_the_hash_is_stored(invite):
    _, secret = invite()
    stored = str(Invitation.objects.values().get())
    assert secret not in stored


def test_a_member_is_not_invited_again(invite, bob):
    with pytest.raises(invitations.AlreadyMember):
        invite("BOB@andes.cl")


def test_an_address_of_another_brokerage_is_told_only_to_the_holder_of_the_link(invite, charlie):
    _, secret = invite(charlie.email)  # the inviter learns nothing
    with pytest.raises(invitations.Taken):
        accept(secret)
    charlie.refresh_from_db()
    assert charlie.broker.slug == "sur"


def test_a_closed_brokerage_takes_nobody_in(invite, broker):
    _, secret = invite()
    broker.is_active = False
    broker.save()
    with pytest.raises(invitations.Unusable):
        accept(secret)


class TestPages:
    def test_the_mail_carries_the_link_and_the_page_shows_it_once(
        self, client_for, alice, django_capture_on_commit_callbacks
    ):
        client = client_for(alice)
        with django_capture_on_commit_callbacks(execute=True):
            page = client.post("/team/invite/", {"email": "dora@andes.cl", "role": "agent"}).content.decode()
        [message] = mail.outbox
        assert message.subject == "Andes Propiedades te invita a Corredor"
        link = next(word for word in message.body.split() if word.startswith("http"))
        assert f'value="{link}"' in page
        assert link not in client.get("/team/").content.decode()

    def test_accepting_signs_in(self, invite):
        _, secret = invite()
        client = Client()
        assert "dora@andes.cl" in client.get(f"/invitation/{secret}/").content.decode()
        response = client.post(f"/invitation/{secret}/", {"name": "Dora", "password": "una-frase-bien-larga"})
        assert response.status_code == 302
        assert client.get("/profile/").context["user"].email == "dora@andes.cl"
        assert Client().get(f"/invitation/{secret}/").status_code == 410

    def test_the_address_cannot_be_changed_by_the_guest(self, invite):
        _, secret = invite()
        data = {
            "name": "Eva",
            "password": "una-frase-bien-larga",
            "email": "eva@evil.cl",
            "role": "admin",
            "broker": "1",
        }
        Client().post(f"/invitation/{secret}/", data)
        user = User.objects.get(email="dora@andes.cl")
        assert user.role == Role.AGENT
        assert not User.objects.filter(email="eva@evil.cl").exists()

    @pytest.mark.parametrize("password", ["corta", "123456789012", "dora@andes.cl", "password1234"])
    def test_weak_passwords_are_refused(self, invite, password):
        _, secret = invite()
        assert Client().post(f"/invitation/{secret}/", {"name": "Dora", "password": password}).status_code == 422
        assert not User.objects.filter(email="dora@andes.cl").exists()

    def test_a_signed_in_person_is_asked_to_leave_first(self, invite, client_for, bob):
        _, secret = invite()
        page = client_for(bob).post(f"/invitation/{secret}/", {"name": "X", "password": "una-frase-bien-larga"})
        assert "Ya entraste con otra cuenta" in page.content.decode()
        assert invitations.find(secret, now=timezone.now())

    def test_the_holder_of_a_taken_address_is_told(self, invite, charlie):
        _, secret = invite(charlie.email)
        page = Client().post(f"/invitation/{secret}/", {"name": "C", "password": "una-frase-bien-larga"})
        assert page.status_code == 422
        assert "ya tiene una cuenta" in page.content.decode()

    @pytest.mark.parametrize("secret", ["nope", "corr_inv_", "x" * 300, "%00", "á"])
    def test_an_unknown_link_is_gone(self, db, secret):
        assert Client().get(f"/invitation/{secret}/").status_code == 410
