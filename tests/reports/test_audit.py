"""The audit: everything leaves who, when, from where, before and after, why; nobody but admins reads it, nobody edits it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import tokens
from core import tenancy
from core.actors import Actor
from crm import bin as leads_bin
from crm import leads
from crm.models import Lead, LeadExport
from reports.audit import stream, words


@pytest.fixture
def edit(broker, inside, alice):
    def act(lead, by=None, **changes):
        with inside(broker):
            return leads.edit(lead, changes, by=Actor.of(by or alice), now=timezone.now())

    return act


@pytest.fixture
def acts(broker, inside):
    def read(**filters):
        with inside(broker):
            return words.acts(stream.page(stream.Filters(**filters)).events)

    return read


def test_a_change_is_told_with_before_and_after(make_lead, edit, acts, alice, client_for):
    lead = make_lead(name="Ana", location="Macul")
    edit(lead, location="Ñuñoa")
    newest = acts()[0]
    assert (newest.who, newest.machine) == ("Alice", False)
    [change] = [each for each in newest.lines[0].changes if each.name == "location"]
    assert (change.label, change.was, change.now) == ("Comuna o sector", "Macul", "Ñuñoa")
    client = client_for(alice)
    client.post(f"/leads/{lead.public_id}/assign/", {"to": alice.public_id})
    page = client.get("/audit/").content.decode()
    assert "desde 127.0.0.1" in page
    assert "Alice" in page


def test_a_row_says_first_what_was_done(make_lead, acts):
    make_lead()
    assert "Creó: lead" in {line.said for act in acts() for line in act.lines}


def test_what_can_be_taken_back_is_taken_back_from_there(make_lead, acts, client_for, alice, broker, inside, stored):
    lead = make_lead()
    with inside(broker):
        leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=Actor.of(alice), now=timezone.now())
    undo = acts()[0].undo
    client = client_for(alice)
    assert f"/actions/{undo}/undo/" in client.get("/audit/").content.decode()
    assert client.post(f"/actions/{undo}/undo/").status_code == 302
    assert stored(lead).deleted_at is None
    assert acts()[0].undo is None


def test_the_filters(make_lead, edit, acts, alice, bob, broker, inside):
    lead, other = make_lead(name="Ana"), make_lead(name="Luz")
    edit(lead, location="Macul")
    edit(other, by=bob, location="Talca")
    assert {line.lead for act in acts(lead=lead.pk) for line in act.lines} == {lead}
    assert [act.who for act in acts(person=bob.pk)] == ["Bob"]
    assert acts(kind="crm.Task") == []
    assert acts(since=timezone.now() + timedelta(days=1)) == []
    assert len(acts(until=timezone.now() + timedelta(days=1))) == 4
    with inside(broker):
        leads.assign(Lead.objects.filter(pk=lead.pk), to=bob, by=Actor.of(alice), now=timezone.now())


def test_pages_follow_one_another_without_gap(make_lead, edit, broker, inside):
    lead = make_lead()
    for number in range(7):
        edit(lead, location=f"Lugar {number}")
    with inside(broker):
        whole = stream.page(stream.Filters(), size=100).events
        walked, cursor = [], ""
        while True:
            page = stream.page(stream.Filters(), cursor=cursor, size=3)
            walked += page.events
            cursor = page.next
            if not cursor:
                break
    assert [(each.kind, each.key) for each in walked] == [(each.kind, each.key) for each in whole]
    assert len(whole) >= 8


def test_statements_do_not_grow(make_lead, edit, client_for, alice, django_assert_num_queries):
    client = client_for(alice)
    make_lead(by=alice)
    client.get("/audit/")
    for _ in range(2):
        with django_assert_num_queries(11):
            client.get("/audit/")
        for number in range(3):
            edit(make_lead(), location=f"x{number}")


def test_agents_and_strangers_read_nothing(make_lead, client_for, bob, charlie):
    make_lead(name="Ana Única")
    assert client_for(bob).get("/audit/").status_code == 403
    assert client_for(bob).get("/api/v1/audit/").status_code == 403
    assert "Ana Única" not in client_for(charlie).get("/audit/").content.decode()


@pytest.mark.parametrize("query", ["person=x", "lead=7", "since=ayer", "kind=nada", "until=9999-12-31"])
def test_a_filter_nobody_understands_is_said(query, client_for, alice):
    client = client_for(alice)
    assert client.get(f"/audit/?{query}").status_code == 422
    assert client.get(f"/api/v1/audit/?{query}").status_code == 400
    assert client.get("/audit/?cursor=x").status_code == 400


def test_the_api_tells_the_same(make_lead, edit, client_for, alice):
    lead = make_lead(name="Ana")
    edit(lead, location="Macul")
    _token, secret = tokens.issue(user=alice, name="x", scope="read", expires_at=None)
    sent = {"headers": {"Authorization": f"Bearer {secret}"}}
    client = client_for(alice)
    first = client.get("/api/v1/audit/?limit=1", **sent).json()
    assert len(first["results"]) == 1
    found = client.get(f"/api/v1/audit/?lead={lead.public_id}&kind=crm.Lead", **sent).json()["results"]
    assert found[0]["by"] == {"kind": "user", "id": str(alice.public_id), "name": "Alice"}
    assert {"field": "location", "was": "", "now": "Macul"} in found[0]["changes"]
    assert client.get(first["next"], **sent).status_code == 200


def test_the_file_is_noted_and_its_cells_are_harmless(
    make_lead, edit, client_for, alice, broker, inside, run_jobs, monkeypatch
):
    edit(make_lead(), location="=HYPERLINK(1)")
    monkeypatch.setattr("accounts.step_up.is_confirmed", lambda request: True)
    client = client_for(alice)
    assert client.post("/audit/export/").status_code == 302
    run_jobs(broker)
    with inside(broker):
        wish = LeadExport.objects.get()
    rows = list(csv.reader(io.StringIO(bytes(wish.content).decode("utf-8-sig"))))
    assert any("'=HYPERLINK(1)" in row for row in rows)
    assert client.get(f"/leads/exports/{wish.public_id}/").status_code == 200
    assert "Se llevó la auditoría" in client.get("/audit/").content.decode()


def test_nobody_edits_the_log(make_lead, edit, broker):
    edit(make_lead(), location="Macul")
    tables = [model._meta.db_table for model in stream.sources().values()] + ["core_auditentry"]
    for table in tables:
        for sql in (f"UPDATE {table} SET broker_id = broker_id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with (
                tenancy.use(broker.pk),
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)


def test_the_page_of_a_lead_loads_its_last_acts(make_lead, edit, client_for, alice, bob):
    lead, other = make_lead(assigned_to=bob), make_lead(name="Otra")
    for number in range(12):
        edit(lead, location=f"Comuna {number}")
    edit(other, location="Macul")
    path = f"/audit/leads/{lead.public_id}/"
    client = client_for(alice)
    assert path in client.get(f"/leads/{lead.public_id}/").content.decode()
    page = client.get(path).content.decode()
    assert page.count('class="c-act"') == 10
    assert ("Comuna 11" in page, "Comuna 0<" in page, "Macul" in page) == (True, False, False)
    assert f"/audit/?lead={lead.public_id}" in page


def test_an_agent_sees_no_audit_of_a_lead(make_lead, client_for, bob):
    lead = make_lead(assigned_to=bob)
    client = client_for(bob)
    assert "lead-audit" not in client.get(f"/leads/{lead.public_id}/").content.decode()
    assert client.get(f"/audit/leads/{lead.public_id}/").status_code == 403


def test_the_acts_of_a_lead_of_another_brokerage_are_nowhere(make_lead, other_broker, client_for, alice):
    lead = make_lead(in_broker=other_broker)
    assert client_for(alice).get(f"/audit/leads/{lead.public_id}/").status_code == 404
