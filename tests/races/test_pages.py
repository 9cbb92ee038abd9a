"""Races through the pages: what meets is said in the page's own answers, and nobody sees a crash."""

from collections import Counter

import pytest
from django.test import Client

from core import tenancy
from crm import leads
from crm.models import Lead, LeadTag, TimelineEntry
from pipeline import board
from tests.races.conftest import fine

AT_ONCE = 6


@pytest.fixture
def clients(alice):
    made = [Client(raise_request_exception=False) for _ in range(AT_ONCE)]
    for client in made:
        client.force_login(alice, backend="accounts.backends.SignIn")
    return made


@pytest.fixture
def post(race, clients):
    """`post(path, bodies)`: each body sent by a browser of its own at once; the statuses."""

    def at_once(path, bodies):
        def sending(client, body):
            return lambda: client.post(path, body).status_code

        return fine(race(*(sending(client, body) for client, body in zip(clients, bodies, strict=True))))

    return at_once


def test_one_phone_typed_by_many_is_one_lead(post, rounds, broker, inside):
    for number in rounds:
        body = {"name": "Ana", "phone_raw": f"+5698{number:07}"}
        assert Counter(post("/leads/new/", [body] * AT_ONCE)) == {302: 1, 422: AT_ONCE - 1}
        with inside(broker):
            assert Lead.objects.count() == number + 1


def test_tags_added_by_many_all_stay(post, rounds, make_lead, broker, inside):
    for _ in rounds:
        lead = make_lead()
        answers = post(f"/leads/{lead.public_id}/tags/", [{"add": f"etiqueta {number}"} for number in range(AT_ONCE)])
        assert set(answers) == {302}
        with inside(broker):
            assert LeadTag.objects.filter(lead=lead).count() == AT_ONCE


def test_one_tag_added_by_many_is_one(post, rounds, make_lead, broker, inside):
    for _ in rounds:
        lead = make_lead()
        assert set(post(f"/leads/{lead.public_id}/tags/", [{"add": "VIP"}] * AT_ONCE)) == {302}
        with inside(broker):
            assert LeadTag.objects.filter(lead=lead).count() == 1
            assert TimelineEntry.objects.filter(lead=lead, kind="tag").count() == 1


def test_edits_and_moves_of_one_lead_all_stay(race, rounds, acting, make_lead, broker):
    """Three of each at once; the version counts every one that changed something."""
    for _ in rounds:
        lead = make_lead()

        def edit(number, lead=lead):
            return acting(lambda *, by, now: leads.edit(lead, {"location": f"Lugar {number}"}, by=by, now=now))

        def move(*, by, now, lead=lead):
            wish = board.Move("perfilamiento")
            return board.move(lead.public_id, wish, within=Lead.objects.all(), by=by, now=now)

        fine(race(*(edit(number) for number in range(3)), *(acting(move) for _ in range(3))))
        with tenancy.use(broker.pk):
            stored = Lead.objects.get(pk=lead.pk)
        assert (stored.stage, stored.location[:5]) == ("perfilamiento", "Lugar")
        assert stored.version == lead.version + 1 + 3
