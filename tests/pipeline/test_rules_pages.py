"""The rules' page: tried out, saved, refused, taken back; the job that tells all leads anew, also after a kill."""

import pytest
from django.utils import timezone

from core import jobs
from core.actors import Actor
from core.models import Job
from crm import rules, scoring
from crm.models import Interaction, Lead, RuleSet
from crm.rules import Rules
from crm.scoring import nightly
from crm.tasks import nightly_scores
from pipeline import what_if
from pipeline.rules_form import RulesForm

PAGE = "/settings/rules/"


def typed(**changes):
    """What a browser would send: the numbers as the page shows them, and what was typed over."""
    form = RulesForm(Rules())
    sent = {name: form[name].value() for name in form.fields}
    sent |= {name.replace("__", "."): value for name, value in changes.items()}
    return {name: value for name, value in sent.items() if value is not None and value is not False}


@pytest.fixture
def client(client_for, alice):
    return client_for(alice)


def test_the_page_shows_every_number(client):
    page = client.get(PAGE).content.decode()
    for leaf in Rules().leaves():
        assert f'name="{leaf.path}"' in page
    assert 'value="500.000"' in page
    assert 'value="1,25"' in page


def test_what_the_page_shows_is_read_back_as_it_was():
    form = RulesForm(Rules(), typed())
    assert form.is_valid(), form.errors
    assert form.rules.document() == Rules().document()


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_admins_see_the_rules(client_for, bob, method):
    assert getattr(client_for(bob), method)(PAGE).status_code == 403
    assert client_for(bob).post(f"{PAGE}preview/").status_code == 403


def test_saved_rules_are_a_version_and_all_leads_are_told_anew(client, make_lead, stored, broker, inside, run_jobs):
    lead = make_lead(phone_raw="9 9824 8519")
    answer = client.post(PAGE, typed(profile__phone="16", profile__cap="40", note="El teléfono vale más"))
    assert answer.status_code == 302
    with inside(broker):
        version = RuleSet.objects.get()
        assert (version.version, version.note, version.by_label) == (1, "El teléfono vale más", "Alice")
        assert rules.in_force().profile.phone == 16
    run_jobs(broker)
    assert (lead.score, stored(lead).score) == (6, 16)
    page = client.get(PAGE).content.decode()
    assert "El teléfono vale más" in page
    assert "4 → 16" in page


def test_nothing_changed_is_no_version(client, broker, inside):
    client.post(PAGE, typed())
    with inside(broker):
        assert not RuleSet.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("profile.name", "muchos"), ("profile.name", "101"), ("profile.name", ""), ("engagement.half_life", "0"),
        ("warmth.hot_from", "10"), ("criteria.income_good", "1"), ("stages.ganado.multiplier", "9"), ("version", "x"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_asked_again(client, broker, inside, name, value):
    answer = client.post(PAGE, typed() | {name: value})
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.content.decode()
    assert client.post(f"{PAGE}preview/", typed() | {name: value}).status_code == 422
    with inside(broker):
        assert not RuleSet.objects.exists()


def test_a_page_that_grew_old_is_told_so(client, broker, inside, alice):
    with inside(broker):
        rules.save_version(rules.in_force(), note="", by=Actor.of(alice), now=timezone.now())
    answer = client.post(PAGE, typed(profile__name="5"))
    assert answer.status_code == 422
    assert "Otra persona cambió las reglas" in answer.content.decode()


def test_an_earlier_version_comes_back_as_the_next_one(client, broker, inside):
    client.post(PAGE, typed(profile__name="7"))
    assert client.post(f"{PAGE}0/restore/").status_code == 302
    assert client.post(f"{PAGE}9/restore/").status_code == 404
    with inside(broker):
        assert (rules.in_force().version, rules.in_force().profile.name) == (2, 4)


def test_what_would_change_is_told_and_nothing_is_written(client, make_lead, stored, broker, inside):
    strong = make_lead(
        name="Fuerte", phone_raw="9 9824 8519", stage="perfilamiento", location="Ñuñoa", wants_visit=True
    )
    make_lead(name="")
    answer = client.post(f"{PAGE}preview/", typed(behavior__wants_visit="20", warmth__warm_from="21"))
    page = answer.content.decode()
    assert "Cambiaría 1 lead" in page
    assert "Fuerte" in page
    assert stored(strong).score == strong.score
    with inside(broker):
        assert not RuleSet.objects.exists()
        assert not Job.objects.exists()


def test_what_would_change_is_what_does(make_lead, broker, inside, alice):
    for n in range(4):
        make_lead(name=f"Lead {n}", email=f"p{n}@example.com" if n % 2 else "", stage="seguimiento", wants_visit=n > 1)
    with inside(broker):
        now, before = timezone.now(), rules.in_force()
        after = before.changed({"profile.email": 20, "warmth.warm_from": 30}, version=0)
        outcome = what_if.look(before, after, now=now)
        told = {change.lead.pk: (change.after.score, change.after.status) for change in outcome.biggest}
        rules.save_version(after, note="", by=Actor.of(alice), now=now)
        scoring.rescore([lead.pk for lead in Lead.objects.all()], by=Actor.system(), now=now)
        assert told
        for lead in Lead.objects.filter(pk__in=told):
            assert (lead.score, lead.status) == told[lead.pk]


def test_what_would_change_takes_constant_statements(make_lead, broker, inside, django_assert_num_queries):
    for count in (1, 2):
        make_lead(name=f"Lead {count}")
        with inside(broker), django_assert_num_queries(6):
            what_if.look(Rules(), Rules(), now=timezone.now())


# --- the job


@pytest.fixture
def faded(make_lead, broker, inside):
    """Five leads whose stored score is not what it should be."""
    made = [make_lead(name=f"Lead {n}") for n in range(5)]
    with inside(broker):
        Lead.objects.update(score=77)
    return made


def test_every_night_each_brokerage_is_told_anew(faded, broker, other_broker, inside, run_jobs, stored):
    nightly_scores()
    nightly_scores()  # twice in a night is once
    with inside(other_broker):
        assert not Job.objects.exists()  # it has no leads
    with inside(broker):
        assert Job.objects.filter(kind=nightly.KIND).count() == 1
    run_jobs(broker)
    assert {stored(lead).score for lead in faded} == {0}  # "Lead 1" is no name
    with inside(broker):
        assert Job.objects.get().result == {"scored": 5, "changed": 5, "requalified": 0}


def test_a_job_that_was_killed_goes_on_where_it_was(faded, broker, inside, monkeypatch, run_jobs, stored):
    monkeypatch.setattr(nightly, "BATCH", 2)
    with inside(broker):
        job = nightly.start(label="Prueba", by=Actor.system())
        claimed = jobs.claim(job.pk, now=timezone.now())
    assert nightly._batch(claimed)
    with inside(broker):
        assert Lead.objects.filter(score=77).count() == 3
        Job.objects.update(lease_until=None)
        Interaction.objects.all().delete()
    run_jobs(broker)
    with inside(broker):
        assert not Lead.objects.filter(score=77).exists()
        assert Job.objects.get().result["scored"] == 5
    with pytest.raises(jobs.Lost):
        nightly._batch(claimed)
