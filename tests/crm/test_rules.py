"""What a brokerage decides by: read, refused, added to; qualification; names; contact priority."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import Currency
from core import tenancy
from core.actors import Actor
from crm import financial, leads, priority, rules
from crm.enums import DicomStatus, LeadStatus, Qualification, Stage
from crm.financial import Declared
from crm.models import Lead, RuleSet, TimelineEntry
from crm.names import real_name
from crm.qualification import qualify, requalify
from crm.rules import Rules, defaults_of

CRITERIA = Rules().criteria
SYSTEM = Actor.system()


def test_defaults_are_chiles_and_scale_with_the_currency():
    chile = defaults_of("CLP", rotting_days=9)
    assert (chile.version, chile.criteria.income_least, chile.financial.bound_4) == (0, 500_000, 4_000_000)
    assert [chile.rotting_days(stage) for stage in Stage] == [9] * 8
    assert [chile.stages[stage].chance for stage in Stage] == [5, 10, 25, 50, 40, 60, 100, 0]
    for currency in Currency:
        assert defaults_of(currency).changed({}, version=1).version == 1  # none contradicts itself


def test_a_document_is_read_as_it_was_written():
    mine = Rules().changed({"stages.agendado.multiplier": "1.5", "advance.lose_unqualified": True}, version=3)
    assert (mine.stages[Stage.AGENDADO].multiplier, mine.advance.lose_unqualified) == (Decimal("1.5"), True)
    assert Rules().changed(mine.document(), version=3) == mine


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({"profile.nom": 4}, "profile.nom"),
        ({"profile.name": "cuatro"}, "profile.name"),
        ({"profile.name": True}, "profile.name"),
        ({"profile.name": -1}, "profile.name"),
        ({"profile.name": 4.5}, "profile.name"),
        ({"profile.name": "4.5"}, "profile.name"),
        ({"profile.name": None}, "profile.name"),
        ({"profile.name": [4]}, "profile.name"),
        ({"profile.name": "NaN"}, "profile.name"),
        ({"engagement.half_life": 0}, "engagement.half_life"),
        ({"stages.agendado.multiplier": "1.255"}, "stages.agendado.multiplier"),
        ({"advance.lose_unqualified": 1}, "advance.lose_unqualified"),
        ({"warmth.warm_from": 60}, "warmth.hot_from"),
        ({"criteria.income_good": 100}, "criteria.income_good"),
        ({"financial.bound_3": "1"}, "financial.bound_3"),
    ],
)
def test_rules_that_cannot_be_are_refused_by_name(document, wrong):
    with pytest.raises(rules.Bad) as refusal:
        Rules().changed(document, version=1)
    assert wrong in refusal.value.errors


def test_versions_are_added_and_the_newest_is_in_force(broker, inside, alice, django_assert_num_queries):
    by, now = Actor.of(alice), timezone.now()
    with inside(broker):
        with django_assert_num_queries(1):
            assert rules.in_force().version == 0
        first = rules.save_version(
            rules.in_force().changed({"profile.name": 7}, version=0), note=" Nombre vale más ", by=by, now=now
        )
        with django_assert_num_queries(1):
            assert rules.in_force() == first
        assert (first.version, first.profile.name) == (1, 7)
        rules.save_version(first.changed({"profile.name": 5}, version=1), note="", by=by, now=now)
        assert [rules.version_of(n).profile.name for n in (0, 1, 2)] == [4, 7, 5]
        assert list(RuleSet.objects.order_by("version").values_list("note", "by_label")) == [
            ("Nombre vale más", "Alice"),
            ("", "Alice"),
        ]
        with pytest.raises(RuleSet.DoesNotExist):
            rules.version_of(3)


def test_a_version_made_from_an_older_one_is_refused(broker, inside, alice):
    by, now = Actor.of(alice), timezone.now()
    with inside(broker):
        rules.save_version(rules.in_force(), note="", by=by, now=now)
        with pytest.raises(rules.Conflict):
            rules.save_version(replace(rules.in_force(), version=0), note="", by=by, now=now)


def test_a_damaged_document_is_loud(broker, inside):
    with inside(broker):
        RuleSet.objects.create(version=1, document={"nada": 1}, created_at=timezone.now(), **SYSTEM.columns())
        with pytest.raises(rules.Bad):
            rules.in_force()


def test_rules_are_the_brokerages_own(broker, other_broker, inside, alice):
    with inside(broker):
        rules.save_version(
            rules.in_force().changed({"profile.name": 9}, version=0), note="", by=Actor.of(alice), now=timezone.now()
        )
    with inside(other_broker):
        assert rules.in_force() == Rules()


# --- qualification


@pytest.mark.parametrize(
    ("income", "dicom", "debt", "told"),
    [
        (None, "clean", 0, "PENDIENTE"),
        (None, "has_debt", 9_000_000, "PENDIENTE"),
        (2_000_000, "unknown", None, "PENDIENTE"),
        (499_999, "clean", 0, "NO_CALIFICADO"),
        (500_000, "clean", 0, "POTENCIAL"),
        (3_000_000, "has_debt", 500_001, "NO_CALIFICADO"),
        (3_000_000, "has_debt", 500_000, "POTENCIAL"),
        (3_000_000, "has_debt", None, "POTENCIAL"),
        (3_000_000, "has_debt", 0, "POTENCIAL"),
        (1_000_000, "clean", 0, "CALIFICADO"),
        (1_000_000, "clean", None, "CALIFICADO"),
        (1_000_000, "clean", 1, "POTENCIAL"),
        (999_999, "clean", 0, "POTENCIAL"),
    ],
)
def test_qualification_is_the_first_row_that_fits(income, dicom, debt, told):
    amounts = [None if each is None else Decimal(each) for each in (income, debt)]
    assert qualify(Declared(amounts[0], DicomStatus(dicom), amounts[1]), CRITERIA) == told


@pytest.fixture
def declare(broker, inside, alice):
    def state(lead, income, dicom="clean", debt=0):
        with inside(broker):
            held = Lead.objects.get(pk=lead.pk)
            said = Declared(Decimal(income), DicomStatus(dicom), Decimal(debt))
            financial.restate(held, said, by=Actor.of(alice), now=timezone.now())

    return state


def test_a_declared_profile_qualifies_and_tells_of_it(make_lead, declare, stored, broker, inside):
    lead = make_lead()
    declare(lead, 1_200_000)
    kept = stored(lead)
    assert (kept.qualification, kept.qualified_by, kept.income_band) == ("CALIFICADO", 0, 2)
    assert (kept.score, kept.version) == (12, 2)  # 0.8 × 4 + 9
    with inside(broker):
        told = TimelineEntry.objects.filter(lead=lead, by_kind="system", kind="edit").get()
    assert told.data == {"changes": {"qualification": ["PENDIENTE", "CALIFICADO"]}}


def test_what_a_person_set_holds_until_the_profile_changes(make_lead, declare, stored, broker, inside, alice):
    lead = make_lead()
    declare(lead, 1_200_000)
    with inside(broker):
        leads.edit(lead, {"qualification": "POTENCIAL"}, by=Actor.of(alice), now=timezone.now())
        assert stored(lead).qualified_by is None
        assert requalify([lead.pk], by=SYSTEM, now=timezone.now(), over_hand=False) == 0
    assert stored(lead).qualification == "POTENCIAL"
    declare(lead, 300_000)
    assert stored(lead).qualification == "NO_CALIFICADO"


def test_other_criteria_qualify_anew_what_nobody_set(make_lead, declare, stored, broker, inside, alice):
    lead, silent = make_lead(), make_lead(name="Sin datos")
    declare(lead, 1_200_000)
    with inside(broker):
        stricter = rules.in_force().changed(
            {"criteria.income_good": "2000000", "financial.bound_2": "1300000"}, version=0
        )
        rules.save_version(stricter, note="", by=Actor.of(alice), now=timezone.now())
        assert requalify([lead.pk, silent.pk], by=SYSTEM, now=timezone.now(), over_hand=False, quietly=True) == 1
        assert not TimelineEntry.objects.filter(lead=lead, data__changes__qualification__1="POTENCIAL").exists()
    kept = stored(lead)
    assert (kept.qualification, kept.qualified_by, kept.income_band) == ("POTENCIAL", 1, 1)
    assert stored(silent).qualified_by is None


# --- names, priority


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Ana", True), ("Ana Rojas", True), ("Sra. Núñez", True), ("Li", True), ("José 2", True), ("Ñandú Web", True),
        ("", False), ("User", False), ("CLIENTE", False), ("Cliente 42", False), ("+56 9 9824 8519", False),
        ("ana@correo.cl", False), ("🙂", False), ("Sin nombre", False), ("A", False), ("x7788123456", False),
        ("Anónimo", False), ("usuario nuevo", False), ("---", False), ("https://wa.me/x", False),
    ],
)  # fmt: skip
def test_names_are_told_from_what_systems_fill_in(text, is_name):
    assert real_name(text) is is_name


@pytest.mark.parametrize(
    ("stage", "status", "qualification", "told"),
    [
        ("agendado", "hot", "CALIFICADO", "URGENTE"),
        ("calificacion_financiera", "hot", "CALIFICADO", "ALTA"),
        ("perfilamiento", "warm", "PENDIENTE", "MEDIA"),
        ("seguimiento", "cold", "POTENCIAL", "MEDIA"),
        ("entrada", "cold", "CALIFICADO", "BAJA"),
        ("ganado", "converted", "CALIFICADO", "ARCHIVADO"),
        ("perdido", "lost", "NO_CALIFICADO", "ARCHIVADO"),
        ("perdido", "lost", "PENDIENTE", "BAJA"),
        ("entrada", "hot", "PENDIENTE", "MEDIA"),
        ("agendado", "cold", "PENDIENTE", "MEDIA"),
        ("agendado", "hot", "POTENCIAL", "MEDIA"),
        ("entrada", "warm", "PENDIENTE", "BAJA"),
        ("perfilamiento", "cold", "PENDIENTE", "BAJA"),
    ],
)
def test_priority_is_the_first_row_that_fits(stage, status, qualification, told):
    assert priority.priority(stage=stage, status=status, qualification=qualification) == told


def test_the_database_tells_the_same_priority(make_lead, broker, inside):
    lead = make_lead()
    for stage, status, qualification in product(Stage, LeadStatus, Qualification):
        lost = "precio" if stage == Stage.PERDIDO else ""
        with inside(broker), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE crm_lead SET stage = %s, status = %s, qualification = %s, lost_reason = %s WHERE id = %s"
                " AND broker_id = %s RETURNING priority",
                [stage.value, status.value, qualification.value, lost, lead.pk, tenancy.current()],
            )
            place = cursor.fetchone()[0]
        told = priority.priority(stage=stage, status=status, qualification=qualification)
        assert priority.at_place(place) == told
