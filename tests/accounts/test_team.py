from uuid import uuid4

import pytest
from django.utils import timezone

from accounts import invitations, team, tokens
from accounts.enums import Role, Scope


def act(client, user, action):
    return client.post(f"/team/{user.public_id}/{action}/")


def test_an_admin_changes_roles(client_for, alice, bob):
    act(client_for(alice), bob, "admin")
    bob.refresh_from_db()
    assert bob.role == Role.ADMIN
    act(client_for(alice), bob, "agent")
    bob.refresh_from_db()
    assert bob.role == Role.AGENT


def test_losing_the_role_takes_the_admin_site_away(alice, make_user, broker):
    eva = make_user("eva@andes.cl", broker, role="admin", is_staff=True)
    team.change_role(user=eva, role=Role.AGENT, by=alice)
    eva.refresh_from_db()
    assert not eva.is_staff


@pytest.mark.parametrize("action", ["agent", "deactivate"])
def test_nobody_takes_their_own_rights(client_for, alice, bob, action):
    page = client_for(alice).post(f"/team/{alice.public_id}/{action}/", follow=True)
    alice.refresh_from_db()
    assert (alice.role, alice.is_active) == (Role.ADMIN, True)
    assert "lo cambia otra persona" in page.content.decode()


def test_the_last_admin_stays(alice, make_user):
    root = make_user("root@corredor.cl", None, is_staff=True)
    with pytest.raises(team.LastAdmin):
        team.deactivate(user=alice, by=root, now=timezone.now())
    with pytest.raises(team.LastAdmin):
        team.change_role(user=alice, role=Role.AGENT, by=root)


def test_a_deactivated_admin_does_not_count_as_an_admin(alice, make_user, broker):
    make_user("asleep@andes.cl", broker, role="admin", is_active=False)
    root = make_user("root@corredor.cl", None, is_staff=True)
    with pytest.raises(team.LastAdmin):
        team.deactivate(user=alice, by=root, now=timezone.now())


def test_deactivating_cuts_sessions_and_tokens_at_once(sign_in, client_for, alice, bob):
    his = sign_in(bob)
    assert his.get("/profile/").status_code == 200
    _, secret = tokens.issue(user=bob, name="x", scope=Scope.WRITE, expires_at=None)
    act(client_for(alice), bob, "deactivate")
    assert his.get("/profile/").status_code == 302
    assert tokens.find(secret, now=timezone.now()) is None
    act(client_for(alice), bob, "reactivate")
    assert his.get("/profile/").status_code == 302  # the old session stays dead
    assert tokens.find(secret, now=timezone.now()) is None
    assert client_for(bob).get("/profile/").status_code == 200


def test_agents_look_but_do_not_touch(client_for, alice, bob, broker):
    made, _ = invitations.invite(broker=broker, email="dora@andes.cl", role=Role.AGENT, by=alice, now=timezone.now())
    client = client_for(bob)
    page = client.get("/team/").content.decode()
    assert "Alice" in page
    assert "dora@andes.cl" not in page
    assert "/team/invite/" not in page
    posts = [
        ("/team/invite/", {"email": "x@x.cl", "role": "admin"}),
        (f"/team/{bob.public_id}/admin/", {}),
        (f"/team/{alice.public_id}/deactivate/", {}),
        (f"/team/invitations/{made.public_id}/revoke/", {}),
        (f"/team/invitations/{made.public_id}/resend/", {}),
        ("/settings/", {"name": "Mía"}),
    ]
    assert {client.post(path, data).status_code for path, data in posts} == {403}
    assert client.get("/settings/").status_code == 403
    bob.refresh_from_db()
    assert bob.role == Role.AGENT


def test_people_and_invitations_of_another_brokerage_do_not_exist(client_for, alice, charlie, other_broker):
    made, _ = invitations.invite(
        broker=other_broker, email="sur@sur.cl", role=Role.AGENT, by=charlie, now=timezone.now()
    )
    client = client_for(alice)
    page = client.get("/team/").content.decode()
    assert "charlie@sur.cl" not in page
    assert "sur@sur.cl" not in page
    for path in (
        f"/team/{charlie.public_id}/deactivate/",
        f"/team/invitations/{made.public_id}/revoke/",
        f"/team/invitations/{made.public_id}/resend/",
        f"/team/{uuid4()}/admin/",
    ):
        assert client.post(path).status_code == 404
    charlie.refresh_from_db()
    assert charlie.is_active


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    client_for, alice, make_user, broker, people, django_assert_num_queries
):
    for n in range(people):
        make_user(f"p{n}@andes.cl", broker)
        invitations.invite(broker=broker, email=f"i{n}@x.cl", role=Role.AGENT, by=alice, now=timezone.now())
    client = client_for(alice)
    client.get("/team/")
    with django_assert_num_queries(8):
        client.get("/team/")


def test_brokerage_settings(client_for, alice, broker):
    good = {
        "name": "Andes SpA", "country": "PE", "currency": "PEN", "language": "en", "time_zone": "America/Lima",
        "rotting_days": "10",
    }  # fmt: skip
    client = client_for(alice)
    assert client.post("/settings/", good).status_code == 302
    broker.refresh_from_db()
    assert (broker.name, broker.currency, str(broker.zone), broker.rotting_days) == (
        "Andes SpA",
        "PEN",
        "America/Lima",
        10,
    )
    for bad in ({"time_zone": "Moon/Base"}, {"rotting_days": "0"}, {"currency": "XXX"}, {"name": ""}):
        assert client.post("/settings/", good | bad).status_code == 422
