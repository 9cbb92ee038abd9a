from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.reports import invented
from tests.reports.oracle import Oracle

URL = "/api/v1/pipeline/metrics/"


@pytest.fixture
def found(broker, inside, alice, bob):
    now = timezone.now()
    with inside(broker):
        pasts = invented.pasts(Random(11), (alice, bob, None), count=40, night=now - timedelta(days=1), now=now)
        invented.store(pasts)
    return pasts


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_metrics_are_those_of_the_leads_one_sees(client_for, request, broker, found, bob, who):
    answer = client_for(request.getfixturevalue(who)).get(f"{URL}?period=90d").json()
    today = timezone.now().astimezone(broker.zone).date()
    seen = [past for past in found if who == "alice" or past.owner in {bob, None}]
    truth = Oracle(seen, zone=broker.zone, first=today - timedelta(days=89), last=today, now=timezone.now())
    entered, reached = truth.funnel()
    assert (answer["first_day"], answer["last_day"]) == (str(truth.first), str(truth.last))
    assert {row["from_stage"]: row["entered"] for row in answer["conversions"] if row["entered"]} == dict(entered)
    pairs = {(row["from_stage"], row["to_stage"]): row["reached"] for row in answer["conversions"] if row["reached"]}
    assert pairs == dict(reached)
    won, lost, _ = truth.outcomes()
    assert (answer["won"], answer["lost"]) == (won, lost.total())
    assert {(row["stage"], row["reason"]): row["leads"] for row in answer["lost_by"]} == dict(lost)
    count, _, expected = truth.now_()
    assert {row["stage"]: row["leads"] for row in answer["stages"] if row["leads"]} == dict(count)
    assert {row["unit"]: row["amount"] for row in answer["weighted_value"]} == {
        unit: f"{value:.2f}" for unit, value in expected.items()
    }
    assert {row["stage"]: row["visits"] for row in answer["stage_times"] if row["visits"]} == {
        stage: row[1] for stage, row in truth.times().items()
    }
    assert answer["first_reply"]["leads"] == len(list(truth.replies()))


def test_strangers_count_nothing(client_for, charlie, found):
    answer = client_for(charlie).get(URL).json()
    assert sum(row["leads"] for row in answer["stages"]) == 0
    assert (answer["win_rate"], answer["lost_by"]) == (None, [])


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=2026-02-30", "from"), ("from=2026-03-02&to=2026-03-01", "to"), ("period=siglo", "period"), ("inactivity_days=0", "inactivity_days"), ("assigned=x", "assigned"), ("tag=x", "tag")],
)  # fmt: skip
def test_what_cannot_be_is_named(client_for, alice, query, field):
    answer = client_for(alice).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_one_answer_costs_the_same_for_any_number_of_leads(client_for, alice, make_lead):
    client, told = client_for(alice), []
    for leads in (1, 1, 3):
        for _ in range(leads):
            make_lead(assigned_to=alice)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        told.append(sum("crm_" in query["sql"] or "pipeline_" in query["sql"] for query in queries))
    assert told == [7, 7, 7]
