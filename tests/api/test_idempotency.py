"""Sent twice, done once."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import retention
from core import tenancy
from core.api import idempotency
from core.models import Job, KeptAnswer
from crm.models import Lead, TimelineEntry
from tests.api.conftest import LEADS

KEY = "0d9f5e1c-orden-17"
ANA = {"name": "Ana Rojas", "phone": "9 8765 4321"}


def send(api, body=None, path=LEADS, key=KEY, method="POST"):
    return api(method, path, body or ANA, **{"Idempotency-Key": key})


@pytest.fixture
def leads(inside, broker):
    def count():
        with inside(broker):
            return Lead.objects.count()

    return count


def test_repeat_gets_the_first_answer_and_does_nothing(as_alice, leads):
    first, second = send(as_alice), send(as_alice)
    assert first.status_code == second.status_code == 201
    assert second.content == first.content
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert (first.headers.get("Idempotency-Replayed"), second.headers["Idempotency-Replayed"]) == (None, "true")
    assert leads() == 1


def test_repeat_of_a_refusal_is_refused_alike(as_alice, leads):
    wrong = {"name": "Ana", "email": "no es un correo"}
    first, second = send(as_alice, wrong), send(as_alice, wrong)
    assert (first.status_code, second.content) == (400, first.content)
    assert second.headers["Content-Type"] == "application/problem+json"
    assert leads() == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", LEADS, {"name": "Otra"}), ("POST", LEADS + "?x=1", ANA), ("PUT", LEADS, ANA)],
    ids=["body", "query", "method"],
)
def test_key_used_for_another_call_is_refused(as_alice, problem, leads, method, path, body):
    send(as_alice)
    problem(send(as_alice, body, path, method=method), 422)
    assert leads() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "ñandú", "a b"], ids=["empty", "long", "accents", "space"])
def test_key_that_is_none_is_refused(as_alice, problem, leads, key):
    problem(send(as_alice, key=key), 400)
    assert leads() == 0


def test_key_is_each_callers_own(as_alice, api_for, alice, bob, charlie, client_for, leads):
    bodies = {send(as_alice).content}
    for other in (api_for(alice), api_for(bob), api_for(charlie)):
        answer = send(other, {"name": "Otra persona"})
        assert answer.status_code == 201
        bodies.add(answer.content)
    session = client_for(alice)
    told = session.post(LEADS, json.dumps({"name": "Por la web"}), "application/json", headers={"Idempotency-Key": KEY})
    assert told.status_code == 201
    assert len(bodies | {told.content}) == 5


def test_token_that_is_refused_learns_nothing(as_alice, api_for, alice, nobody):
    send(as_alice)
    assert send(api_for(alice, scope="read")).status_code == 403
    assert send(nobody).status_code == 401


def test_server_error_is_not_kept(as_alice, monkeypatch, leads):
    from crm import leads as domain

    create = domain.create
    monkeypatch.setattr(domain, "create", lambda *_args, **_kwargs: 1 / 0)
    assert send(as_alice).status_code == 500
    monkeypatch.setattr(domain, "create", create)
    assert send(as_alice).status_code == 201
    assert leads() == 1


def test_key_is_free_again_after_a_day(as_alice, inside, broker, leads):
    send(as_alice)
    with inside(broker):
        KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert send(as_alice, {"name": "Otra"}).status_code == 201
    assert send(as_alice, {"name": "Otra"}).headers["Idempotency-Replayed"] == "true"
    assert leads() == 2


def test_file_sent_twice_with_another_boundary_is_one_import(api_for, alice, inside, broker):
    api = api_for(alice)

    def upload(content=b"Nombre,Telefono\nAna,987654322\n"):
        sheet = SimpleUploadedFile("leads.csv", content, content_type="text/csv")
        headers = {**api.headers, "Idempotency-Key": KEY}
        return Client().post(f"{LEADS}import/", {"consent_basis": "request", "file": sheet}, headers=headers)

    first, second = upload(), upload()
    assert first.status_code == second.status_code == 202
    assert first.json()["id"] == second.json()["id"]
    with inside(broker):
        assert Job.objects.count() == 1
    assert upload(b"Nombre\nOtro\n").status_code == 422


def test_change_and_note_are_done_once(as_alice, make_lead, inside, broker):
    lead = make_lead()
    path = f"{LEADS}{lead.public_id}/"
    bodies = [send(as_alice, {"location": "Ñuñoa"}, path, method="PATCH").content for _ in range(2)]
    assert bodies[0] == bodies[1]
    for _ in range(2):
        assert send(as_alice, {"body": "Llamar"}, f"{path}notes/", key="nota").status_code == 201
    with inside(broker):
        assert TimelineEntry.objects.filter(lead=lead, kind="note").count() == 1


def test_reading_and_writing_without_a_key_keep_nothing(as_alice, inside, broker):
    as_alice.post(LEADS, ANA)
    as_alice.get(LEADS, **{"Idempotency-Key": KEY})
    with inside(broker):
        assert not KeptAnswer.objects.exists()


def test_old_answers_are_purged_in_every_brokerage(as_alice, api_for, charlie, broker, other_broker):
    send(as_alice)
    send(api_for(charlie))
    now = timezone.now()
    assert retention.purge_answers(now=now + timedelta(hours=23)) == 0
    assert retention.purge_answers(now=now + timedelta(hours=25)) == 2


def test_what_was_answered_about_a_person_can_be_forgotten(as_alice, inside, broker):
    told = send(as_alice, {"name": "Íñigo Núñez"}).json()
    send(as_alice, {"name": "Otra"}, key="otra")
    with inside(broker):
        assert idempotency.forget(["", "nobody"]) == 0
        assert idempotency.forget([told["id"]]) == 1
    send(as_alice, {"name": "Íñigo Núñez"})
    with inside(broker):
        assert idempotency.forget(["Íñigo"]) == 1
        assert KeptAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_lead(at_once, api_for, alice, broker):
    api = api_for(alice)

    def act(_number):
        answer = send(api)
        return answer.status_code, answer.content

    came = Counter(at_once(act, 20))
    assert [(status, times) for (status, _body), times in came.items()] == [(201, 20)]
    with tenancy.use(broker.pk):
        assert Lead.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_second_goes_on_when_the_first_fails(at_once, api_for, alice, broker, monkeypatch):
    from crm import leads as domain

    api, create, tries = api_for(alice), domain.create, iter(range(100))

    def fails_first(*args, **kwargs):
        made = create(*args, **kwargs)
        return 1 / 0 if next(tries) == 0 else made

    monkeypatch.setattr(domain, "create", fails_first)
    came = Counter(at_once(lambda _number: send(api).status_code, 4))
    assert came == {500: 1, 201: 3}
    with tenancy.use(broker.pk):
        assert Lead.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_the_first_is_told_so(as_alice, alice, broker, problem, monkeypatch):
    holds, done = Event(), Event()

    def first():
        with tenancy.use(broker.pk):
            token = alice.api_tokens.get()
            KeptAnswer.objects.create(user=alice, token_id=token.pk, key=KEY, created_at=timezone.now())
            holds.set()
            done.wait(20)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(first)
        holds.wait(20)
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"options": "-c statement_timeout=400"})
        told = send(as_alice)
        connection.close()
        done.set()
        held.result()
    problem(told, 409, "in-progress")


def test_document_says_so_at_every_write(as_alice):
    paths = json.loads(as_alice.get("/api/v1/schema/").content)["paths"]
    writes = [
        (path, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in {"post", "put", "patch", "delete"}
    ]
    assert len(writes) > 5
    for path, operation in writes:
        assert [one for one in operation["parameters"] if one["name"] == "Idempotency-Key"], path
        assert {"400", "409", "422"} <= operation["responses"].keys(), path
