"""Pages of tasks, contacts, notices and mentions through HTTP."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.actors import Actor
from crm import mentions, notes, quick_times, todos
from crm.models import Interaction, Notification, Task, TimelineEntry

HTMX = {"HX-Request": "true"}
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def task_of(broker, inside):
    def make(user, lead=None, title="Llamar", hours=1, **rest):
        with inside(broker):
            plan = todos.Plan(title, NOW + timedelta(hours=hours), assignee=user, **rest)
            return todos.add(lead, plan, by=Actor.of(user), now=NOW)

    return make


def test_task_added_on_the_page_reminds_when_it_is_due(client_for, alice, make_lead, broker, inside):
    lead = make_lead()
    path = f"/leads/{lead.public_id}/tasks/"
    page = client_for(alice).post(path, {"title": "Enviar ficha", "when": "tomorrow"}, headers=HTMX)
    assert "Enviar ficha" in page.content.decode()
    assert "tasks:changed" in page.headers["HX-Trigger"]
    with inside(broker):
        task = Task.objects.get()
        assert task.due_at == task.remind_at
        assert task.due_at.astimezone(broker.zone).hour == 10


@pytest.mark.parametrize(
    "body", [{"title": "", "when": "tomorrow"}, {"title": "x", "when": "other"}, {"title": "x", "when": "never"}]
)
def test_task_that_says_too_little_keeps_what_was_typed(client_for, alice, make_lead, body):
    lead = make_lead()
    for headers in ({}, HTMX):
        response = client_for(alice).post(f"/leads/{lead.public_id}/tasks/", body, headers=headers)
        assert response.status_code == 422
        assert f'value="{body["title"]}"' in response.content.decode()


def test_finish_offers_to_take_it_back(client_for, alice, task_of, broker, inside):
    task, client = task_of(alice), client_for(alice)
    done = client.post(f"/tasks/{task.public_id}/finish/", headers=HTMX)
    assert f"/tasks/{task.public_id}/reopen/" in done.headers["HX-Trigger"]
    assert "reopen" not in client.post(f"/tasks/{task.public_id}/finish/", headers=HTMX).headers["HX-Trigger"]
    client.post(f"/tasks/{task.public_id}/reopen/", headers=HTMX)
    with inside(broker):
        assert Task.objects.get().done_at is None


@pytest.mark.parametrize("path", ["finish/", "reopen/", "delete/", "edit/", "reschedule/?to=tomorrow"])
def test_task_of_a_lead_one_does_not_see_is_not_found(client_for, alice, bob, charlie, make_lead, task_of, path):
    task = task_of(alice, make_lead(assigned_to=alice))
    for person in (bob, charlie):
        assert client_for(person).post(f"/tasks/{task.public_id}/{path}").status_code == 404


def test_task_is_put_off_and_edited(client_for, alice, bob, task_of, make_lead, broker, inside):
    task, client = task_of(alice, make_lead()), client_for(alice)
    assert client.post(f"/tasks/{task.public_id}/reschedule/?to=week", headers=HTMX).status_code == 204
    assert client.post(f"/tasks/{task.public_id}/reschedule/?to=never", headers=HTMX).status_code == 400
    body = {
        "title": "Otra",
        "kind": "call",
        "due_at": "2026-12-24T10:00",
        "remind": "60",
        "assignee": str(bob.public_id),
    }
    assert client.post(f"/tasks/{task.public_id}/edit/", body, headers=HTMX).status_code == 204
    with inside(broker):
        task = Task.objects.get()
    due = datetime(2026, 12, 24, 10, tzinfo=broker.zone)
    assert (task.title, task.kind, task.assignee_id, task.due_at) == ("Otra", "call", bob.pk, due)
    assert task.remind_at == due - timedelta(hours=1)


def test_list_has_tabs_and_an_agent_sees_no_team(client_for, alice, bob, task_of):
    for title, hours in (("vencida", -30), ("de hoy", 0.01), ("lejana", 90)):
        task_of(bob, title=title, hours=hours)
    task_of(alice, title="de Alice")
    client = client_for(bob)
    shown = {
        tab: client.get(f"/tasks/?show={tab}&whose=team").content.decode()
        for tab in ("open", "overdue", "upcoming", "done")
    }
    assert "vencida" in shown["overdue"]
    assert "lejana" not in shown["overdue"]
    assert "lejana" in shown["upcoming"]
    assert all("de Alice" not in page for page in shown.values())
    assert "vencida" in client_for(alice).get("/tasks/?whose=team").content.decode()
    assert client.get("/tasks/?cursor=x").status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_tasks_costs_the_same_with_more_rows(
    client_for, alice, task_of, make_lead, count, django_assert_num_queries
):
    for _number in range(count):
        task_of(alice, make_lead())
    client = client_for(alice)
    client.get("/tasks/")
    with django_assert_num_queries(8):
        client.get("/tasks/")


def test_contact_is_entered(client_for, bob, make_lead, broker, inside):
    lead = make_lead(assigned_to=bob)
    path, client = f"/leads/{lead.public_id}/contact/", client_for(bob)
    assert "Minutos" in client.get(path, headers=HTMX).content.decode()
    at = timezone.localtime(NOW, broker.zone) - timedelta(hours=1)
    body = {"kind": "call_answered", "minutes": "4", "channel": "whatsapp", "at": f"{at:%Y-%m-%dT%H:%M}", "note": "Ok"}
    assert client.post(path, body, headers=HTMX).status_code == 204
    with inside(broker):
        made = Interaction.objects.get()
    assert (made.kind, made.channel, made.seconds, made.note) == ("call_answered", "call", 240, "Ok")
    body["at"] = f"{at + timedelta(days=2):%Y-%m-%dT%H:%M}"
    refused = client.post(path, body, headers=HTMX)
    assert refused.status_code == 422
    assert "todavía no pasa" in refused.content.decode()


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Hola @Diego Rivas, llama", ["Diego Rivas"]),
        ("@diego", ["Diego Rivas"]),
        ("@DIEGO RIVAS y @núria", ["Diego Rivas", "Nuria Paz"]),
        ("@ana", []),  # two of them
        ("@ana perez", ["Ana Pérez"]),
        ("@aperez.", ["Ana Pérez"]),
        ("escribe a diego@andes.cl", []),
        ("@diegote", []),
        ("@ Diego", []),
        ("@@diego", []),
    ],
)
def test_mention_means_one_person_or_nobody(make_user, broker, inside, typed, who):
    for name, email in (
        ("Diego Rivas", "drivas"),
        ("Nuria Paz", "npaz"),
        ("Ana Pérez", "aperez"),
        ("Ana Soto", "asoto"),
    ):
        make_user(f"{email}@andes.cl", broker, name=name)
    with inside(broker):
        stored, found = mentions.find(typed, mentions.team())
        assert [person.name for person in found] == who
        assert len(mentions.named([stored])) == len(who)


def test_mention_is_told_and_survives_a_rename(client_for, alice, bob, make_lead, broker, inside):
    lead, client = make_lead(assigned_to=bob), client_for(alice)
    client.post(f"/leads/{lead.public_id}/notes/", {"body": "@Bob mira <b>esto</b>"}, headers=HTMX)
    with inside(broker):
        told = Notification.objects.get()
    assert (told.user, told.kind, told.data["text"]) == (bob, "mention", "@Bob mira <b>esto</b>")
    bob.name = "Roberto <i>"
    bob.save()
    page = client.get(f"/leads/{lead.public_id}/timeline/").content.decode()
    assert '<span class="c-mention">@Roberto &lt;i&gt;</span>' in page
    assert "<b>esto" not in page


def test_mention_of_who_does_not_see_the_lead_tells_nobody_and_says_why(
    client_for, alice, bob, make_lead, broker, inside
):
    lead = make_lead(assigned_to=alice)
    page = client_for(alice).post(f"/leads/{lead.public_id}/notes/", {"body": "@Bob mira"}, headers=HTMX)
    assert "Bob no ve este lead" in page.content.decode()
    with inside(broker):
        assert not Notification.objects.exists()
        assert [person["sees"] for person in notes.offered(lead, alice)] == [False]
        assert TimelineEntry.objects.filter(kind="note").count() == 1


def test_bell_counts_and_forgets(client_for, alice, bob, make_lead, broker, inside):
    lead, client = make_lead(assigned_to=bob), client_for(bob)
    client_for(alice).post(f"/leads/{lead.public_id}/notes/", {"body": "@Bob uno"})
    client_for(alice).post(f"/leads/{lead.public_id}/notes/", {"body": "@Bob dos"})
    assert "Avisos: 2 sin leer" in client.get("/notices/bell/").content.decode()
    with inside(broker):
        first = Notification.objects.earliest("id")
    assert client_for(alice).post(f"/notices/{first.public_id}/").status_code == 404
    assert client.post(f"/notices/{first.public_id}/").headers["Location"] == f"/leads/{lead.public_id}/"
    assert "Avisos: 1 sin leer" in client.get("/notices/bell/").content.decode()
    client.post("/notices/read/")
    assert "sin leer" not in client.get("/notices/bell/").content.decode()
    assert "Alice te mencionó" in " ".join(client.get("/notices/").content.decode().split())


@pytest.mark.parametrize("count", [1, 3])
def test_notices_cost_the_same_with_more_rows(client_for, alice, bob, make_lead, count, django_assert_num_queries):
    lead, client = make_lead(assigned_to=bob), client_for(bob)
    for number in range(count):
        client_for(alice).post(f"/leads/{lead.public_id}/notes/", {"body": f"@Bob {number}"})
    client.get("/notices/")
    with django_assert_num_queries(7):
        client.get("/notices/", headers=HTMX)


SANTIAGO = ZoneInfo("America/Santiago")


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 9, 5, 12, tzinfo=SANTIAGO), 24),
        (datetime(2026, 9, 6, 12, tzinfo=SANTIAGO), 23),  # the clocks skip from midnight to one
        (datetime(2026, 4, 4, 12, tzinfo=SANTIAGO), 25),  # eleven in the evening comes twice
    ],
)
def test_day_is_as_long_as_the_clocks_make_it(now, hours):
    with timezone.override(SANTIAGO):
        begins, ends = quick_times.day_of(now)
        assert (ends - begins) == timedelta(hours=hours)
        assert begins <= now < ends


def test_picks_keep_their_clock_time_over_the_change_of_the_clocks():
    now = datetime(2026, 9, 5, 19, tzinfo=SANTIAGO)
    with timezone.override(SANTIAGO):
        picks = {pick.name: timezone.localtime(pick.at) for pick in quick_times.offered(now)}
    assert "today" not in picks
    assert (picks["tomorrow"].day, picks["tomorrow"].hour) == (6, 10)
