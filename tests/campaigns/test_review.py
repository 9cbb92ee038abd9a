"""What the review of an activation shows."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import review
from campaigns.models import Enrollment
from crm.models import Lead
from messaging.gate import rules
from messaging.models import ContactLimits

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2027, 5, 20, 15, 0, tzinfo=UTC)
QUIET = {"trigger": "inactivity", "condition": {"inactivity_days": 30}}
DAY = 24 * 60


@pytest.fixture
def quiet(make_agreed, broker, inside):
    """Three that agreed, one that did not, one on hold, one lost; nobody spoke with any of them for long."""
    found = [
        make_agreed(n, agreed=n != 4, treatment_type="hold" if n == 5 else "manual_follow_up") for n in range(1, 7)
    ]
    with inside(broker):
        Lead.objects.update(created_at=THURSDAY - timedelta(days=90))
        Lead.objects.filter(pk=found[5].pk).update(stage="perdido", status="lost", lost_reason="sin_respuesta")
    return found


def test_who_enters_what_the_week_looks_like_and_what_stands_in_the_way(quiet, make_campaign, enroll, broker, inside):
    campaign = make_campaign({}, {"delay_minutes": DAY}, {"delay_minutes": 30 * DAY}, {"action": "make_call"}, **QUIET)
    other = make_campaign({"delay_minutes": DAY}, name="Otra", activated=THURSDAY)
    enroll(other, quiet[0], quiet[1], now=THURSDAY)
    with inside(broker):
        ContactLimits.objects.update(always_open=False)
        told = review.of(campaign, now=THURSDAY)
    assert (told.enters, told.meant, told.sampled, told.is_estimate, told.is_as_if) == (4, 4, 4, False, False)
    assert [day.sent for day in told.days] == [3, 0, 3, 0, 0, 0, 0]  # the Friday is a holiday
    assert [(block.code, block.refused, block.waits) for block in told.blocks] == [
        ("gate:no_basis", 2, 0), ("gate:holiday", 0, 3),
    ]  # fmt: skip
    assert {block.code: block.refused for block in told.kept_out} == {"hold": 1, "closed": 1}
    assert [(each.name, each.leads) for each in told.conflicts] == [("Otra", 2)]
    assert not told.problems
    assert all(str(block.words.text) for block in told.blocks)


def test_it_asks_as_much_of_four_as_of_one(quiet, make_campaign, broker, inside, django_assert_max_num_queries):
    campaign = make_campaign({}, {"delay_minutes": DAY}, **QUIET)
    with inside(broker):
        rules.load()  # read once a minute by each process
    with inside(broker), django_assert_max_num_queries(80) as asked:
        review.of(campaign, now=THURSDAY)
        many = len(asked)
    with inside(broker):
        Lead.objects.exclude(pk=quiet[0].pk).update(created_at=THURSDAY)
        with django_assert_max_num_queries(many) as asked:
            assert review.of(campaign, now=THURSDAY).enters == 1
            assert len(asked) == many


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (0, 4, True)),
        ({"trigger": "stage_change", "condition": {"stage": "entrada"}}, (0, 4, True)),
        ({"trigger": "stage_change", "condition": {"stage": "entrada", "include_current": True}}, (4, 4, False)),
        ({"trigger": "lead_score", "condition": {"score_min": 100}}, (0, 0, False)),
        ({**QUIET, "max_contacts": 2}, (2, 2, False)),
        ({"trigger": "lead_score"}, (0, 0, False)),
    ],
)
def test_where_nobody_enters_by_itself_the_week_is_as_if(fields, expected, quiet, make_campaign, broker, inside):
    wanted = dict(fields)
    unset = "condition" not in wanted and wanted.get("trigger") == "lead_score"
    campaign = make_campaign({}, **(wanted | ({"condition": {"score_min": 1}} if unset else {})))
    if unset:
        campaign.condition = {}
    with inside(broker):
        told = review.of(campaign, now=THURSDAY)
        assert not Enrollment.objects.exists()
    assert (told.enters, told.meant, told.is_as_if) == expected
    assert bool(told.problems) == unset


def test_a_big_audience_is_told_from_a_sample(quiet, make_campaign, broker, inside, monkeypatch):
    monkeypatch.setattr(review, "SAMPLE", 2)
    campaign = make_campaign({}, **QUIET)
    with inside(broker):
        Lead.objects.filter(opted_out_at=None).update(treatment_type="manual_follow_up")
        told = review.of(campaign, now=THURSDAY)
    assert told.is_estimate
    assert (told.meant, told.sampled) == (5, 2)
    assert told.days[0].sent in {0, 2, 3, 5}
