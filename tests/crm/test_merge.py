"""Two leads become one: nothing is lost, a revocation holds, and undoing leaves both exactly as they were."""

import random
import time
from datetime import timedelta
from threading import Event

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts import tokens
from appointments import upcoming
from appointments.enums import OPEN
from appointments.models import Appointment
from core import events, tenancy
from core.actors import Actor
from crm import actions, consent, duplicates, financial, leads, ties, timeline, todos
from crm import bin as leads_bin
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, DicomStatus
from crm.events import FactsChanged
from crm.merging import act
from crm.merging.facts import FACTS
from crm.models import Action, Consent, Interaction, Lead, LeadPhone, Notification, Task
from pipeline import board
from pipeline.models import StageTransition
from tests.races.conftest import ROUNDS

LOG = {"core.AuditEntry", "crm.Action"}
MOVING = {"version", "updated_at", "scored_at"}


@pytest.fixture
def merge(broker, inside, alice):
    def run(kept, other, **more):
        with inside(broker):
            more = {"within": Lead.objects.all(), "by": Actor.of(alice), "now": timezone.now()} | more
            return act.merge(kept.pk, other.pk, **more)

    return run


@pytest.fixture
def undo(broker, inside, alice):
    def run(action):
        with inside(broker):
            return actions.undo(action.public_id, by=Actor.of(alice), now=timezone.now())

    return run


def snapshot():
    """Every row of the brokerage but the log; counters of versions go on by design."""
    found = {}
    for model in apps.get_models():
        if not getattr(model, "walled", False) or hasattr(model, "pgh_id") or model._meta.label in LOG:
            continue
        rows = ties.everything(model).order_by("pk").values()
        if model._meta.label == "crm.TimelineEntry":
            rows = rows.exclude(kind="merge")
        found[model._meta.label] = [
            {
                key: bytes(value) if isinstance(value, memoryview) else value
                for key, value in row.items()
                if key not in MOVING
            }
            for row in rows
        ]
    return found


def differences(before, after):
    """What is not as it was, small enough to read."""
    return [
        (label, was.get("id"), {key: (was[key], now[key]) for key in was if was[key] != now[key]})
        for label in before
        for was, now in zip(before[label], after[label], strict=True)
        if was != now
    ]


def furnish(lead, chance, by, now):
    """Things a lead collects, by the product's own functions."""
    for _ in range(chance.randrange(3)):
        timeline.add_note(lead, body=f"nota {chance.random()}", by=by, at=now)
    for _ in range(chance.randrange(3)):
        todos.add(lead, todos.Plan("Llamar", now + timedelta(days=chance.randrange(1, 9))), by=by, now=now)
    if chance.random() < 0.5:
        Interaction.objects.create(lead=lead, kind="message_in", at=now, note="hola", **by.columns())
    if chance.random() < 0.5:
        financial.declare(
            lead, financial.Declared(dicom_status=DicomStatus.CLEAN, monthly_income=chance.randrange(10**6))
        )
        lead.save(update_fields=["income_band"])
    for _ in range(chance.randrange(3)):
        state = chance.choice([ConsentState.GRANTED, ConsentState.REVOKED])
        ground = consent.Ground(ConsentBasis.OPT_IN, ConsentSource.FORM, "texto")
        consent.record(lead, state, ground, by=by, at=now + timedelta(seconds=chance.randrange(99)))
    if chance.random() < 0.5:
        Notification.objects.create(user_id=by.user_id, kind="reply", lead=lead, key=f"k{chance.random()}", at=now)
    if chance.random() < 0.5:
        start = now + timedelta(days=chance.randrange(1, 999))
        Appointment.objects.create(
            lead=lead,
            type="property_visit",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            created_at=now,
            **by.columns(),
        )
        upcoming.refresh_next([lead.pk])
    if chance.random() < 0.5:
        board.move(lead.public_id, board.Move("perfilamiento"), within=Lead.objects.all(), by=by, now=now)


def draft(chance, number):
    values = {
        "name": ["", "Ana", "Ana Rojas"], "email": ["", "a@x.cl", "b@x.cl"], "location": ["", "Ñuñoa", "Macul"],
        "bedrooms": [None, 2, 3], "phone_raw": ["", f"98765432{number}", f"98765432{number} / 912345678"],
        "qualification": ["PENDIENTE", "POTENCIAL"], "next_action_at": [None, timezone.now() + timedelta(days=3)],
        "source": ["", "web", "feria"], "wants_visit": [True, False],
    }  # fmt: skip
    fields = {key: chance.choice(options) for key, options in values.items()}
    if chance.random() < 0.5:
        fields |= {"budget_amount": chance.randrange(100, 9000), "budget_unit": chance.choice(["UF", "CLP"])}
    return fields


@pytest.mark.parametrize("seed", range(2 * ROUNDS))
def test_a_merge_undone_leaves_everything_as_it_was(seed, make_lead, alice, broker, inside):
    chance, by, now = random.Random(seed), Actor.of(alice), timezone.now()
    pair = [make_lead(by=alice, tags=chance.sample(["a", "b", "c"], 2), **draft(chance, n)) for n in range(2)]
    friend = make_lead(name="Amiga", phone_raw="955555555")
    with inside(broker):
        for lead in pair:
            furnish(Lead.objects.get(pk=lead.pk), chance, by, now)
        Lead.objects.filter(pk=friend.pk).update(referred_by=pair[1].pk)
        events.publish(
            FactsChanged([lead.pk for lead in (*pair, friend)], by, now, quietly=True)
        )  # scores are up to date
        before = snapshot()
        counts = {key: model_count(key, pair) for key in ties.declared()}
        take = [name for name in FACTS if chance.random() < 0.5]
        kept, action = act.merge(pair[0].pk, pair[1].pk, take=take, within=Lead.objects.all(), by=by, now=now)
        assert_nothing_is_lost(counts, pair, kept)
        assert_valid(kept)
        actions.undo(action.public_id, by=by, now=timezone.now())
        assert differences(before, snapshot()) == []


def model_count(key, pair):
    model, column = ties.rows(key)
    return ties.everything(model).filter(**{f"{column}__in": [lead.pk for lead in pair]}).count()


def assert_nothing_is_lost(counts, pair, kept):
    made = {"crm.TimelineEntry.lead": 1, "crm.Lead.merged_into": 1}
    for key, tie in ties.declared().items():
        model, column = ties.rows(key)
        after = model_count(key, pair)
        assert after >= counts[key] + made.get(key, 0), key
        if tie.merge == ties.OnMerge.MOVES and model is not Lead:
            assert not ties.everything(model).filter(**{column: pair[1].pk}).exists(), key


def assert_valid(kept):
    numbers = LeadPhone.objects.filter(lead=kept)
    assert numbers.filter(kind="primary").count() <= 1
    if kept.phone_e164:
        assert numbers.get(kind="primary").number == kept.phone_e164[1:]
    first_due = Task.objects.filter(lead=kept, done_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    assert kept.next_task_at == first_due
    agreed = Appointment.objects.filter(lead=kept, status__in=OPEN).order_by("starts_at")
    assert kept.next_visit_at == agreed.values_list("starts_at", flat=True).first()
    chain = list(StageTransition.objects.filter(lead=kept).order_by("at", "id"))
    assert [one.from_stage for one in chain] == ["", *[one.to_stage for one in chain[:-1]]]
    assert chain[-1].to_stage == kept.stage


def test_every_key_to_a_lead_has_a_policy(broker, inside):
    with inside(broker), connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, a.attname FROM pg_constraint c
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
               WHERE contype = 'f' AND confrelid = 'crm_lead'::regclass AND a.attname <> 'broker_id'"""
        )
        stored = set(cursor.fetchall())
    said = {(ties.rows(key)[0]._meta.db_table, ties.rows(key)[1]) for key in ties.declared()}
    assert stored == said, "Say in crm/ties.py (or the app's ready) what becomes of it."


def test_blanks_are_filled_and_choices_obeyed(make_lead, merge):
    kept = make_lead(name="Ana", phone_raw="987654321", location="Macul")
    other = make_lead(name="Ana Rojas", email="ana@x.cl", phone_raw="912345678", location="Ñuñoa", tags=["VIP"])
    one, _action = merge(kept, other, take=["name"])
    assert (one.name, one.email, one.location, one.phone_e164) == ("Ana Rojas", "ana@x.cl", "Macul", "+56987654321")
    assert one.version == kept.version + 1


def test_both_numbers_lead_to_the_kept_one(make_lead, merge, broker, inside):
    kept, other = make_lead(phone_raw="987654321"), make_lead(phone_raw="912345678")
    merge(kept, other)
    with inside(broker):
        assert set(duplicates.holding(["+56987654321", "+56912345678"]).values()) == {kept.pk}


def test_an_opt_out_of_either_side_holds(make_lead, merge, broker, inside, alice):
    early, late = timezone.now() - timedelta(days=9), timezone.now() - timedelta(days=1)
    kept, other = make_lead(name="Ana"), make_lead(name="Ana R.")
    ground = consent.Ground(ConsentBasis.OPT_IN, ConsentSource.FORM)
    with inside(broker):
        consent.record(Lead.objects.get(pk=other.pk), ConsentState.REVOKED, ground, by=Actor.of(alice), at=early)
        consent.record(Lead.objects.get(pk=kept.pk), ConsentState.GRANTED, ground, by=Actor.of(alice), at=late)
    one, _action = merge(kept, other)
    assert one.opted_out_at == early
    with inside(broker):
        for channel in Channel:
            state = consent.state_at(one, purpose=ConsentPurpose.MARKETING, channel=channel, at=timezone.now())
            assert state == ConsentState.REVOKED


def test_a_channel_taken_back_on_either_side_stays_so(make_lead, merge, broker, inside, alice):
    kept, other = make_lead(name="Ana"), make_lead(name="Ana R.")
    by, now = Actor.of(alice), timezone.now() - timedelta(hours=2)
    ground = consent.Ground(ConsentBasis.OPT_IN, ConsentSource.FORM)
    with inside(broker):
        consent.entry(other, ConsentState.REVOKED, ground, by=by, at=now, channel=Channel.WHATSAPP).save()
        consent.entry(kept, ConsentState.GRANTED, ground, by=by, at=now + timedelta(hours=1)).save()
    one, _action = merge(kept, other)
    with inside(broker):
        states = {
            channel: consent.state_at(one, purpose=ConsentPurpose.MARKETING, channel=channel, at=timezone.now())
            for channel in (Channel.WHATSAPP, Channel.EMAIL)
        }
    assert states == {Channel.WHATSAPP: ConsentState.REVOKED, Channel.EMAIL: ConsentState.GRANTED}


def test_declared_money_is_readable_where_it_went(make_lead, merge, broker, inside):
    kept, other = make_lead(name="Ana"), make_lead(name="Ana R.")
    declared = financial.Declared(dicom_status=DicomStatus.CLEAN)
    with inside(broker):
        financial.declare(other, declared)
        merge(kept, other)
        assert financial.read(kept) == declared == financial.read(other)


def test_a_lead_merged_before_points_at_the_last_one(make_lead, merge, broker, inside, client_for, alice):
    first, second, third = (make_lead(name=name) for name in ("Uno", "Dos", "Tres"))
    merge(second, first)
    merge(third, second)
    answer = client_for(alice).get(f"/leads/{first.public_id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{third.public_id}/")


def test_what_was_changed_after_a_merge_is_kept_by_undoing_it(make_lead, merge, undo, stored, alice, broker, inside):
    kept, other = make_lead(name="Ana"), make_lead(name="Ana R.", email="a@x.cl", location="Macul")
    _one, action = merge(kept, other)
    with inside(broker):
        leads.edit(kept, {"email": "nueva@x.cl"}, by=Actor.of(alice), now=timezone.now())
    undone = undo(action)
    assert "1 dato" in undone.note
    assert (stored(kept).email, stored(kept).location) == ("nueva@x.cl", "")
    assert stored(other).email == "a@x.cl"


def test_a_merge_into_a_deleted_lead_is_not_undone(make_lead, merge, undo, broker, inside, alice):
    kept, other = make_lead(name="Ana"), make_lead(name="Ana R.")
    _one, action = merge(kept, other)
    with inside(broker):
        leads_bin.delete(Lead.objects.filter(pk=kept.pk), by=Actor.of(alice), now=timezone.now())
    with pytest.raises(actions.Cannot):
        undo(action)


def test_a_lead_changed_meanwhile_is_shown_again(make_lead, client_for, alice, broker, inside):
    kept, other = make_lead(name="Ana"), make_lead(name="Ana Rojas")
    client, path = client_for(alice), f"/leads/{kept.public_id}/merge/{other.public_id}/"
    body = {"kept_version": kept.version, "other_version": other.version, "take-name": "other"}
    with inside(broker):
        leads.edit(other, {"location": "Macul"}, by=Actor.of(alice), now=timezone.now())
    page = client.post(path, body)
    assert page.status_code == 409
    assert "Macul" in page.content.decode()
    with inside(broker):
        assert Action.objects.count() == 0
    answer = client.post(path, body | {"other_version": other.version + 1}, follow=True)
    assert "Deshacer" in answer.content.decode()
    with inside(broker):
        assert Lead.objects.get().name == "Ana Rojas"


def test_an_agent_merges_only_what_they_see(make_lead, client_for, bob, alice):
    own, hers = make_lead(assigned_to=bob), make_lead(assigned_to=alice)
    client = client_for(bob)
    for pair in ((own, hers), (hers, own)):
        assert client.get(f"/leads/{pair[0].public_id}/merge/{pair[1].public_id}/").status_code == 404
    assert hers.name not in client.get(f"/leads/{own.public_id}/merge/?q=ana").content.decode().split("</h1>")[1]


def test_the_search_for_the_other_one(make_lead, client_for, alice):
    lead, twin = make_lead(name="Ana", email="a@x.cl"), make_lead(name="Anita", email="a@x.cl")
    make_lead(name="Zoilo")
    client = client_for(alice)
    assert "Anita" in client.get(f"/leads/{lead.public_id}/merge/").content.decode()
    found = client.get(f"/leads/{lead.public_id}/merge/?q=zoilo").content.decode()
    assert "Zoilo" in found
    pair = client.get(f"/leads/merge/?lead={twin.public_id}&lead={lead.public_id}")
    assert pair["Location"] == f"/leads/{lead.public_id}/merge/{twin.public_id}/"
    assert client.get(f"/leads/merge/?lead={twin.public_id}").status_code == 404


def test_the_api_merges(make_lead, client_for, alice):
    kept, other = make_lead(name="Ana"), make_lead(name="Ana Rojas", email="a@x.cl")
    _token, secret = tokens.issue(user=alice, name="x", scope="write", expires_at=None)
    sent = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {secret}"}}
    client, path = client_for(alice), f"/api/v1/leads/{kept.public_id}/merge/"
    assert client.post(path, {"other": str(kept.public_id)}, **sent).status_code == 400
    assert client.post(path, {"other": str(other.public_id), "choices": {"nada": "other"}}, **sent).status_code == 400
    answer = client.post(path, {"other": str(other.public_id), "choices": {"name": "other"}}, **sent)
    assert (answer.status_code, answer.json()["name"]) == (200, "Ana Rojas")
    gone = client.get(f"/api/v1/leads/{other.public_id}/", headers=sent["headers"])
    assert (gone.status_code, gone.json()["merged_into"]) == (410, str(kept.public_id))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["move", "edit", "merge", "delete"])
def test_a_merge_beside_something_else_ends_whole(rival, at_once, make_lead, broker, inside, alice):
    by = Actor.of(alice)
    fine = (Lead.DoesNotExist, leads.Stale)
    for _round in range(ROUNDS):
        pair = [make_lead(name="Ana"), make_lead(name="Ana R.")]

        def rivals(which, pair=pair):
            with tenancy.use(broker.pk):
                now, everybody = timezone.now(), Lead.objects.all()
                if which == 0:
                    return act.merge(pair[0].pk, pair[1].pk, within=everybody, by=by, now=now)
                if rival == "move":
                    return board.move(pair[1].public_id, board.Move("perfilamiento"), within=everybody, by=by, now=now)
                if rival == "edit":
                    return leads.edit(pair[1], {"location": "Macul"}, by=by, now=now)
                if rival == "merge":
                    return act.merge(pair[1].pk, pair[0].pk, within=everybody, by=by, now=now)
                return leads_bin.delete(everybody.filter(pk=pair[1].pk), by=by, now=now)

        came = at_once(rivals, 2)
        assert not [each for each in came if isinstance(each, Exception) and not isinstance(each, fine)], came
        with inside(broker):
            mine = Lead.objects.filter(pk__in=[lead.pk for lead in pair])
            assert mine.count() == 1
            other = Lead.everything.filter(pk__in=[lead.pk for lead in pair], deleted_at__isnull=False).get()
            merged = other.merged_into_id is not None
            assert merged or rival == "delete"
            if merged:
                assert other.merged_into_id == mine.get().pk
                assert not Task.objects.filter(lead=other).exists()
                assert not Consent.objects.filter(lead=other).exists()
            for lead in (mine.get(), other):
                chain = list(StageTransition.objects.filter(lead=lead).order_by("at", "id"))
                assert chain[-1].to_stage == lead.stage


def test_who_lost_sight_of_the_kept_lead_does_not_take_the_merge_back(merge, make_lead, bob, alice, broker, inside):
    kept, other = make_lead(assigned_to=bob), make_lead(assigned_to=bob, name="Otra")
    _kept, action = merge(kept, other, by=Actor.of(bob))
    with inside(broker):
        leads.assign(Lead.objects.filter(pk=kept.pk), to=alice, by=Actor.of(alice), now=timezone.now())
        with pytest.raises(actions.Cannot, match="alcance"):
            actions.undo(action.public_id, by=Actor.of(bob), now=timezone.now())
        assert actions.undo(action.public_id, by=Actor.of(alice), now=timezone.now()).count == 2


@pytest.mark.django_db(transaction=True)
def test_a_merge_waits_for_who_holds_a_lead_the_other_one_sent(merge, make_lead, broker, inside, at_once):
    sent = make_lead(name="Rosa")
    kept, other = make_lead(name="Ana"), make_lead(name="Ana dos")
    held = Event()
    with inside(broker):
        Lead.objects.filter(pk=sent.pk).update(referred_by=other)

    def work_on_many(_number):
        with inside(broker):
            Lead.objects.select_for_update(of=("self",)).get(pk=sent.pk)
            held.set()
            time.sleep(0.5)
            Lead.objects.select_for_update(of=("self",)).get(pk=other.pk)

    def merge_them(_number):
        held.wait(5)
        merge(kept, other)

    assert at_once(lambda number: (work_on_many, merge_them)[number](number), 2) == [None, None]
