"""Who is given new leads: fairly, once, and never somebody who is away."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tokens
from core import tenancy
from core.actors import Actor, ActorKind
from crm import assignment, leads
from crm.models import AgentQueue, AssignmentPolicy, Lead, Notification, TimelineEntry


@pytest.fixture
def team(make_user, broker):
    return [make_user(f"agente{n}@andes.cl", broker, name=f"Agente {n}", role="agent") for n in range(3)]


@pytest.fixture
def set_up(broker, inside, team):
    def act(mode="round_robin", **rule):
        with inside(broker):
            assignment.queues()
            assignment.policy()
            AssignmentPolicy.objects.update(mode=mode, **rule)

    return act


@pytest.fixture
def deal(broker, inside):
    def act(*made, now=None):
        with inside(broker):
            came = assignment.distribute([lead.pk for lead in made], by=Actor.system(), now=now or timezone.now())
        return {str(user): len(ids) for user, ids in came.given.items()}, len(came.left)

    return act


def test_turns_go_round_and_go_on_where_they_stopped(make_lead, set_up, deal):
    set_up()
    assert deal(*[make_lead() for _ in range(4)])[0] == {"Agente 0": 2, "Agente 1": 1, "Agente 2": 1}
    assert deal(*[make_lead() for _ in range(2)])[0] == {"Agente 1": 1, "Agente 2": 1}


def test_an_older_clock_does_not_turn_the_round_back(make_lead, set_up, deal):
    set_up()
    deal(make_lead())
    deal(make_lead(), now=timezone.now() - timedelta(hours=1))
    assert deal(make_lead())[0] == {"Agente 2": 1}


def test_a_lead_with_an_owner_stays_theirs(make_lead, set_up, deal, bob):
    set_up()
    assert deal(make_lead(assigned_to=bob)) == ({}, 0)


def test_who_has_the_fewest_open_leads_gets_the_next(make_lead, set_up, deal, team):
    set_up("load")
    for _ in range(3):
        make_lead(assigned_to=team[0])
    make_lead(assigned_to=team[1], stage="ganado")  # over: takes nobody's time
    assert deal(*[make_lead() for _ in range(6)])[0] == {"Agente 1": 3, "Agente 2": 3}


def test_the_paused_the_full_and_the_gone_are_skipped(make_lead, set_up, deal, team, broker, inside):
    set_up()
    with inside(broker):
        AgentQueue.objects.filter(user=team[0]).update(paused=True, paused_until=timezone.now() + timedelta(days=1))
        AgentQueue.objects.filter(user=team[1]).update(capacity=1)
    assert deal(*[make_lead() for _ in range(4)])[0] == {"Agente 1": 1, "Agente 2": 3}
    type(team[2]).objects.filter(pk=team[2].pk).update(is_active=False)
    assert deal(make_lead()) == ({}, 1)
    with inside(broker):
        AgentQueue.objects.filter(user=team[0]).update(paused_until=timezone.now() - timedelta(minutes=1))
    assert deal(make_lead())[0] == {"Agente 0": 1}


def test_when_nobody_is_there_who_runs_the_brokerage_is_told(make_lead, set_up, deal, alice, team, broker, inside):
    set_up()
    with inside(broker):
        AgentQueue.objects.update(paused=True)
    assert deal(make_lead(), make_lead()) == ({}, 2)
    with inside(broker):
        told = Notification.objects.get()
        assert (told.user, told.data["unassigned"]) == (alice, 2)


@pytest.mark.parametrize(
    ("kind", "switch"),
    [(ActorKind.FORM, "from_forms"), (ActorKind.API, "from_api"), (ActorKind.IMPORT, "from_imports")],
)
def test_new_leads_are_given_away_when_their_way_is_switched_on(set_up, broker, inside, kind, switch):
    for on in (True, False):
        set_up(**{switch: on})
        with inside(broker):
            made = leads.create(leads.Draft({"name": "Ana"}), by=Actor(kind), now=timezone.now())
            stored = Lead.objects.get(pk=made.pk)
            assert (stored.assigned_to is not None) is on
            assert (made.assigned_to, made.version) == (stored.assigned_to, stored.version)


def test_what_people_type_is_not_given_away(make_lead, set_up, alice, stored):
    set_up()
    assert stored(make_lead(by=alice)).assigned_to is None


def test_statements_do_not_grow_with_the_leads(make_lead, set_up, broker, inside, django_assert_num_queries, alice):
    set_up()
    one, three = [make_lead() for _ in range(3)], [make_lead() for _ in range(30)]
    with inside(broker):
        assignment.queues()
        for made in (one, three):
            with django_assert_num_queries(38):
                assignment.distribute([lead.pk for lead in made], by=Actor.of(alice), now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_give_each_lead_once_and_fairly(at_once, make_lead, set_up, broker, inside, team):
    set_up()
    made = [make_lead() for _ in range(50)]

    def act(number):
        with tenancy.use(broker.pk):  # each asks for its own lead and for one that another asks for too
            wanted = [made[number].pk, made[(number * 7 + 3) % 50].pk]
            return assignment.distribute(wanted, by=Actor.system(), now=timezone.now()).count

    came = at_once(act, 50)
    assert sum(came) == 50, came
    with inside(broker):
        shares = Counter(Lead.objects.values_list("assigned_to", flat=True))
        assert max(shares.values()) - min(shares.values()) <= 1
        assert set(shares) == {user.pk for user in team}
        assert TimelineEntry.objects.filter(kind="assign").count() == 50


def test_the_page_keeps_what_is_set(client_for, alice, team, broker, inside):
    client = client_for(alice)
    page = client.get("/settings/assignment/")
    assert page.status_code == 200
    first = team[0].public_id
    body = {"mode": "load", "from_forms": "on", f"{first}-in_rotation": "on", f"{first}-capacity": "20"}
    assert client.post("/settings/assignment/", body).status_code == 302
    with inside(broker):
        rule, queue = AssignmentPolicy.objects.get(), AgentQueue.objects.get(user=team[0])
        assert (rule.mode, rule.from_forms, rule.from_api) == ("load", True, False)
        assert (queue.in_rotation, queue.capacity) == (True, 20)
        assert not AgentQueue.objects.get(user=team[1]).in_rotation
    wrong = client.post("/settings/assignment/", body | {f"{first}-capacity": "-3"})
    assert wrong.status_code == 422


def test_the_page_is_for_who_runs_the_brokerage(client_for, bob):
    assert client_for(bob).get("/settings/assignment/").status_code == 403
    assert client_for(bob).post("/leads/distribute/").status_code == 403


def test_a_person_pauses_and_comes_back(client_for, bob, broker, inside):
    client = client_for(bob)
    assert client.post("/leads/pause/", {"pause": "on"}).status_code == 302
    assert "En pausa" in client.get("/leads/pause/").content.decode()
    client.post("/leads/pause/", {"pause": "off"})
    with inside(broker):
        assert not AgentQueue.objects.get(user=bob).is_paused


def test_waiting_leads_are_given_away_by_hand(client_for, alice, team, make_lead, broker, inside):
    make_lead(), make_lead(stage="ganado")
    assert client_for(alice).post("/leads/distribute/").status_code == 302
    with inside(broker):
        assert Lead.objects.exclude(assigned_to=None).count() == 1


def test_the_api_gives_a_lead_to_whoevers_turn_it_is(client_for, alice, bob, team, make_lead, stored, set_up):
    set_up()
    lead = make_lead()
    for user, status in ((bob, 403), (alice, 200)):
        _token, secret = tokens.issue(user=user, name="x", scope="write", expires_at=None)
        sent = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {secret}"}}
        client = client_for(user)
        assert (
            client.post(f"/api/v1/leads/{lead.public_id}/assign/", {"distribute": True}, **sent).status_code == status
        )
        both = {"distribute": True, "assigned_to": None}
        assert client.post(f"/api/v1/leads/{lead.public_id}/assign/", both, **sent).status_code == 400
    assert stored(lead).assigned_to is not None
