"""The pages of webhooks: for admins, with the secret shown once, nothing lost on a wrong address."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import WebhookDelivery, WebhookEndpoint
from tests.conftest import PASSWORD
from tests.integrations import receiver as bad

pytestmark = pytest.mark.django_db
HOME = "/settings/webhooks/"


@pytest.fixture
def as_alice(client_for, alice):
    """Alice, who has just told her password."""
    client = client_for(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def form(receiver, anywhere):
    return {"name": "Planilla", "url": receiver.url, "events": ["lead.created", "lead.stage_changed"]}


def secret_in(response):
    found = re.findall(r'value="(whsec_[^"]+)"', response.content.decode())
    return found[0] if found else None


def test_agents_do_not_enter(client_for, bob, make_endpoint):
    endpoint, client = make_endpoint(), client_for(bob)
    for path in ("", "new/", f"{endpoint.public_id}/", f"{endpoint.public_id}/edit/", f"{endpoint.public_id}/log/"):
        assert client.get(HOME + path).status_code == 403
    for path in ("test/", "rotate/", "delete/", "off/"):
        assert client.post(f"{HOME}{endpoint.public_id}/{path}").status_code == 403


def test_an_empty_page_offers_the_first(as_alice):
    page = as_alice.get(HOME).content.decode()
    assert "Avisa a tus otros programas" in page


def test_the_secret_of_a_new_one_is_shown_once(as_alice, form, inside, broker):
    made = as_alice.post(f"{HOME}new/", form)
    assert made.status_code == 200
    assert secret_in(made).startswith("whsec_")
    with inside(broker):
        endpoint = WebhookEndpoint.objects.get()
    again = as_alice.get(f"{HOME}{endpoint.public_id}/")
    assert secret_in(again) is None
    assert "Planilla" in as_alice.get(HOME).content.decode()


def test_whoever_did_not_tell_who_they_are_is_asked(client_for, alice, form):
    response = client_for(alice).post(f"{HOME}new/", form)
    assert response.status_code == 302
    assert "reauthenticate" in response.headers["Location"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.com/", "empieza con https"),
        ("https://169.254.169.254/", "red interna"),
        ("https://example.com:22/", "443 y 8443"),
        ("https://a:b@example.com/", "usuario ni clave"),
        ("https://exa mple/", "bien escrita"),
        ("", "requerido"),
    ],
)
def test_a_wrong_address_is_told_and_nothing_is_lost(as_alice, form, settings, url, said):
    settings.WEBHOOKS_ANYWHERE = False
    response = as_alice.post(f"{HOME}new/", form | {"url": url})
    page = response.content.decode()
    assert (response.status_code, said in page, "Planilla" in page) == (422, True, True)
    assert re.search(r'value="lead.stage_changed"[^>]*checked', page)


def test_no_more_than_so_many(as_alice, form, monkeypatch, make_endpoint):
    monkeypatch.setattr("integrations.endpoints.MOST", 1)
    make_endpoint()
    assert as_alice.post(f"{HOME}new/", form).status_code == 422


def test_change_rotate_switch_and_delete(as_alice, form, make_endpoint, inside, broker):
    endpoint = make_endpoint()
    path = f"{HOME}{endpoint.public_id}/"
    assert as_alice.post(f"{path}edit/", form | {"name": "Otra"}).status_code == 302
    rotated = secret_in(as_alice.post(f"{path}rotate/"))
    assert rotated != endpoint.shown
    assert "También firma" in as_alice.get(path).content.decode()
    as_alice.post(f"{path}off/")
    assert "Apagado" in as_alice.get(path).content.decode()
    as_alice.post(f"{path}on/")
    with inside(broker):
        stored = WebhookEndpoint.objects.get()
        assert (stored.name, stored.is_active, stored.events) == ("Otra", True, form["events"])
    as_alice.post(f"{path}delete/")
    with inside(broker):
        assert not WebhookEndpoint.objects.exists()
    assert as_alice.get(path).status_code == 404


def test_a_test_is_sent_and_told(as_alice, make_endpoint, send, receiver):
    endpoint = make_endpoint()
    path = f"{HOME}{endpoint.public_id}/"
    as_alice.post(f"{path}test/")
    assert "every 2s" in as_alice.get(path).content.decode()
    receiver.answers = bad.status(200, b"<b>hola</b>")
    send()
    page = as_alice.get(f"{path}log/").content.decode()
    assert ("every 2s" in page, "200" in page, "Entregada" in page) == (False, True, True)
    [request] = receiver.seen
    assert request.json["type"] == "webhook.test"


def test_a_delivery_shows_what_went_and_what_came_back(as_alice, make_endpoint, make_lead, send, receiver, log):
    make_endpoint()
    receiver.answers = bad.status(500, b"<script>alert(1)</script>")
    make_lead(name="Ana <b>Rojas")
    send()
    [delivery] = log()
    path = f"{HOME}deliveries/{delivery.public_id}/"
    for headers in ({}, {"HX-Request": "true"}):
        page = as_alice.get(path, headers=headers).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "Ana &lt;b&gt;Rojas" in page
        assert "<script>alert" not in page
    as_alice.post(f"{path}retry/")
    receiver.answers = bad.status(200)
    send()
    assert [each.state for each in log()] == ["delivered"]


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_of_the_page(as_alice, make_endpoint, make_lead, rows, django_assert_num_queries):
    endpoint = make_endpoint()
    for _ in range(rows):
        make_lead()
    as_alice.get(HOME)
    with django_assert_num_queries(8):
        assert as_alice.get(f"{HOME}{endpoint.public_id}/").content.count(b"lead.created") > rows


def test_the_log_goes_on_below(as_alice, make_endpoint, make_lead, inside, broker):
    endpoint = make_endpoint()
    make_lead()
    with inside(broker):
        [one] = WebhookDelivery.objects.all()
        for number in range(35):
            WebhookDelivery.objects.create(
                endpoint=endpoint, event="webhook.test", event_id=one.event_id, payload={}, next_attempt_at=timezone.now(),
                created_at=timezone.now() + timedelta(seconds=number),
            )  # fmt: skip
    page = as_alice.get(f"{HOME}{endpoint.public_id}/").content.decode()
    [further] = re.findall(r'hx-get="([^"]+cursor[^"]+)"', page)
    rest = as_alice.get(further.replace("&amp;", "&")).content.decode()
    assert (page.count("<tr>"), rest.count("<tr>")) == (31, 6)
    assert as_alice.get(f"{HOME}{endpoint.public_id}/log/?cursor=nonsense").status_code == 200
