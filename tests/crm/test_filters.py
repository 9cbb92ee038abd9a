"""The filters are the same for every page, so they are proved here once, on rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from core.actors import Actor
from crm import consent, filters
from crm.enums import ConsentBasis, ConsentSource, ConsentState
from crm.models import Lead, Tag

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)  # noon in Santiago


@pytest.fixture
def names(broker, alice, inside):
    """`names("stage=entrada", user=bob)` gives the names found, in order of creation."""

    def find(query, user=alice):
        with inside(broker):
            found = filters.apply(QueryDict(query), user=user, now=NOW)
            assert found.is_valid(), found.errors
            return list(found.found.order_by("id").values_list("name", flat=True))

    return find


def test_without_parameters_all_visible_leads_are_found(names, make_lead, alice, bob):
    make_lead(name="De Bob", assigned_to=bob)
    make_lead(name="De nadie")
    make_lead(name="De Alice", assigned_to=alice)
    assert names("") == ["De Bob", "De nadie", "De Alice"]
    assert names("", user=bob) == ["De Bob", "De nadie"]


def test_several_values_of_one_filter_mean_any_of_them(names, make_lead):
    for stage in ("entrada", "agendado", "ganado"):
        make_lead(name=stage, stage=stage)
    assert names("stage=entrada&stage=ganado") == ["entrada", "ganado"]


def test_owner_is_me_nobody_or_a_person(names, make_lead, alice, bob):
    make_lead(name="De Bob", assigned_to=bob)
    make_lead(name="De nadie")
    make_lead(name="De Alice", assigned_to=alice)
    assert names("assigned=me") == ["De Alice"]
    assert names("assigned=none") == ["De nadie"]
    assert names(f"assigned={bob.public_id}") == ["De Bob"]


def test_tags_and_sources(names, make_lead, broker, inside):
    make_lead(name="Uno", tags=["VIP"], source="Portal")
    make_lead(name="Dos", tags=["vip", "Inversor"])
    make_lead(name="Tres", source="Web")
    with inside(broker):
        vip, investor = Tag.objects.order_by("id")
    assert names(f"tag={vip.public_id}") == ["Uno", "Dos"]
    assert names(f"tag={vip.public_id}&tag={investor.public_id}") == ["Uno", "Dos"]
    assert names("source=Portal&source=Web") == ["Uno", "Tres"]
    assert names("source=-") == ["Dos"]


def test_next_step_by_the_persons_midnight(names, make_lead):
    make_lead(name="vencido", next_action_at=NOW - timedelta(minutes=1))
    make_lead(name="hoy", next_action_at=NOW + timedelta(hours=11))  # 23:00 in Santiago
    make_lead(name="mañana", next_action_at=NOW + timedelta(hours=13))
    make_lead(name="nada")
    assert names("next_step=overdue") == ["vencido"]
    assert names("next_step=today") == ["hoy"]
    assert names("next_step=planned") == ["mañana"]
    assert names("next_step=none") == ["nada"]


def test_days_of_creation_are_whole_and_local(names, make_lead):
    make_lead(name="Noche", created_at=datetime(2026, 3, 6, 2, 30, tzinfo=UTC))  # 5 March, 23:30 in Santiago
    make_lead(name="Día", created_at=datetime(2026, 3, 6, 12, 0, tzinfo=UTC))
    assert names("created_from=2026-03-05&created_to=2026-03-05") == ["Noche"]
    assert names("created_from=2026-03-06") == ["Día"]


def test_inactive_needs_both_an_old_stage_and_silence(names, make_lead, broker, inside):
    old, fresh = NOW - timedelta(days=9), NOW - timedelta(days=2)
    make_lead(name="Quieta", now=old)
    make_lead(name="Reciente", now=fresh)
    spoken = make_lead(name="Hablada", now=old)
    with inside(broker):
        Lead.objects.filter(pk=spoken.pk).update(last_contact_at=fresh)
    assert names("inactive_days=7") == ["Quieta"]


def test_scores_and_opt_outs(names, make_lead, broker, inside):
    low, high = make_lead(name="Bajo"), make_lead(name="Alto")
    with inside(broker):
        ground = consent.Ground(ConsentBasis.NONE, ConsentSource.AGENT)
        consent.record(low, ConsentState.REVOKED, ground, by=Actor.system(), at=NOW)
        Lead.objects.filter(pk=low.pk).update(score=10)
        Lead.objects.filter(pk=high.pk).update(score=80)
    assert names("score_min=50") == ["Alto"]
    assert names("score_min=10&score_max=10") == ["Bajo"]
    assert names("opted_out=true") == ["Bajo"]
    assert names("opted_out=false") == ["Alto"]


@pytest.mark.parametrize(
    "query",
    [
        "stage=nada",
        "status=tibio",
        "tag=x",
        "tag=01890000-0000-7000-8000-000000000000",
        "assigned=bob",
        "assigned=01890000-0000-7000-8000-000000000000",
        "score_min=mucho",
        "score_min=60&score_max=50",
        "created_from=ayer",
        "created_from=2026-02-02&created_to=2026-01-01",
        "inactive_days=0",
        "opted_out=quizás",
        "next_step=nunca",
        "source=%00",
        "q=%00",
    ],
)
def test_a_value_that_cannot_be_is_an_error_and_finds_nothing(query, broker, alice, inside, make_lead):
    make_lead()
    with inside(broker):
        found = filters.apply(QueryDict(query), user=alice, now=NOW)
        assert not found.is_valid()
        assert list(found.found) == []


def test_people_and_tags_of_another_brokerage_do_not_exist(broker, other_broker, alice, charlie, inside, make_lead):
    make_lead(in_broker=other_broker, tags=["VIP"])
    with inside(other_broker):
        foreign = Tag.objects.get()
    with inside(broker):
        assert "assigned" in filters.apply(QueryDict(f"assigned={charlie.public_id}"), user=alice, now=NOW).errors
        assert "tag" in filters.apply(QueryDict(f"tag={foreign.public_id}"), user=alice, now=NOW).errors
