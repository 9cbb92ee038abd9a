"""From an event to a receiver: stored with the event, sent with its signature, tried again, told in the log."""

import base64
import hmac
import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from core import tenancy
from core.actors import Actor, ActorKind
from crm import leads
from integrations import announcing, deliveries, endpoints, signing
from integrations.enums import EventType, OffReason
from integrations.models import WebhookDelivery, WebhookEndpoint
from tests.integrations import receiver as bad

pytestmark = pytest.mark.django_db


def good(request, secret):
    """Whether a receiver that holds this secret would believe the request (the example of docs/api.md)."""
    signed = b".".join(
        [request.headers["webhook-id"].encode(), request.headers["webhook-timestamp"].encode(), request.body]
    )
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
    return any(hmac.compare_digest(expected, each) for each in request.headers["webhook-signature"].split(" "))


def test_signature_is_that_of_the_specification():
    body = b'{"test": 2432232314}'
    found = signing.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=body,
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_new_lead_is_told_with_its_facts(make_endpoint, make_lead, receiver, send, log, broker, woken):
    endpoint = make_endpoint()
    lead = make_lead(name="Ana “Ñ” Rojas", phone_raw="9 8765 4321", tags=["vip"])
    send()
    [request] = receiver.seen
    told = request.json
    assert good(request, endpoint.shown)
    assert request.headers["webhook-id"] == told["id"]
    assert UUID(told["id"]).version == 7
    assert request.headers["webhook-event"] == told["type"] == "lead.created"
    assert (told["version"], told["broker"]) == (1, str(broker.public_id))
    assert told["data"]["lead"]["id"] == str(lead.public_id)
    assert (told["data"]["lead"]["name"], told["data"]["lead"]["phone_e164"]) == ("Ana “Ñ” Rojas", "+56987654321")
    [delivery] = log()
    assert (delivery.state, delivery.attempts, delivery.last_status, delivery.subject) == (
        "delivered",
        1,
        204,
        lead.public_id,
    )


def test_nobody_asked_means_nothing_stored(make_endpoint, make_lead, inside, broker, django_assert_num_queries):
    make_endpoint(events=["lead.stage_changed"])
    lead = make_lead()
    with inside(broker):
        assert WebhookDelivery.objects.count() == 0
        with django_assert_num_queries(1):
            assert announcing.announce(EventType.LEAD_UPDATED, [lead.pk], at=timezone.now()) == 0
    assert announcing.announce(EventType.LEAD_UPDATED, [], at=timezone.now()) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_an_event_costs_two_statements(make_endpoint, make_lead, inside, broker, django_assert_num_queries, number):
    for each in range(number):
        make_endpoint(name=str(each), events=["lead.updated"])
    made = [make_lead() for _ in range(number)]
    with inside(broker), django_assert_num_queries(2):
        assert announcing.announce(EventType.LEAD_UPDATED, [lead.pk for lead in made], at=timezone.now()) == number**2
    with inside(broker):
        assert len({delivery.event_id for delivery in WebhookDelivery.objects.all()}) == number


def test_an_edit_and_an_import(make_endpoint, make_lead, log, inside, broker, alice):
    make_endpoint()
    lead = make_lead()
    with inside(broker):
        leads.edit(lead, {"location": "Ñuñoa"}, by=Actor.of(alice), now=timezone.now())
        leads.create_many([leads.Draft({"name": "De la planilla"})], by=Actor(ActorKind.IMPORT), now=timezone.now())
    assert [(each.event, each.payload["data"]["lead"]["location"]) for each in log()] == [
        ("lead.created", ""),
        ("lead.updated", "Ñuñoa"),
    ]


def test_what_is_taken_back_is_not_told(make_endpoint, make_lead, log, inside, broker, alice):
    make_endpoint()
    with pytest.raises(RuntimeError), inside(broker):
        leads.create(leads.Draft({"name": "Nunca"}), by=Actor.of(alice), now=timezone.now())
        raise RuntimeError
    assert log() == []


def test_failures_are_tried_again_later_and_later(make_endpoint, make_lead, receiver, send, log, inside, broker):
    endpoint, now = make_endpoint(), timezone.now()
    receiver.answers = bad.status(500, b"no hoy")
    make_lead(now=now)
    at = now + timedelta(seconds=1)
    for number, wait in enumerate(deliveries.WAITS, 1):
        send(at)
        send(at + wait - timedelta(seconds=1))  # too early
        [delivery] = log()
        assert (delivery.state, delivery.attempts, delivery.last_failure) == ("pending", number, "status")
        assert wait <= delivery.next_attempt_at - at <= wait * 1.1
        at = delivery.next_attempt_at
    send(at)
    [delivery] = log()
    assert (delivery.state, delivery.attempts) == ("failed", deliveries.ATTEMPTS)
    assert (delivery.last_status, delivery.last_response) == (500, "no hoy")
    assert {request.headers["webhook-id"] for request in receiver.seen} == {str(delivery.event_id)}
    assert len({request.body for request in receiver.seen}) == 1
    with inside(broker):
        endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, OffReason.FAILING)
    make_lead()
    assert len(log()) == 1  # switched off, nothing is kept


def test_one_that_gives_up_while_others_arrive_does_not_switch_off(make_endpoint, make_lead, log, inside, broker, send):
    endpoint = make_endpoint()
    make_lead()
    with inside(broker):
        WebhookDelivery.objects.update(attempts=deliveries.ATTEMPTS - 1, payload={"bad": True})
        WebhookEndpoint.objects.update(url="http://127.0.0.1:1/")
    send()
    with inside(broker):
        endpoint.refresh_from_db()
    assert ([each.state for each in log()], endpoint.is_active, endpoint.failures) == (["failed"], True, 1)


def test_gone_switches_the_endpoint_off(make_endpoint, make_lead, receiver, send, log, inside, broker, alice):
    endpoint = make_endpoint()
    receiver.answers = bad.status(410)
    make_lead(), make_lead()
    send()
    with inside(broker):
        endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, OffReason.GONE)
    sent = len(receiver.seen)
    receiver.answers = bad.status(200)
    send()
    assert len(receiver.seen) == sent
    with inside(broker):
        WebhookDelivery.objects.update(state="pending", next_attempt_at=timezone.now())
        endpoints.switch_on(endpoint, by=Actor.of(alice))
    send()
    assert {each.state for each in log()} == {"delivered"}


def test_both_secrets_sign_for_a_day_after_a_rotation(make_endpoint, make_lead, receiver, send, inside, broker, alice):
    endpoint, now = make_endpoint(), timezone.now()
    with inside(broker):
        _held, new = endpoints.rotate(endpoint, by=Actor.of(alice), now=now)
    make_lead()
    send(now + timedelta(hours=23))
    make_lead()
    send(now + timedelta(hours=25))
    during, after = receiver.seen
    assert good(during, endpoint.shown)
    assert good(during, new)
    assert not good(after, endpoint.shown)
    assert good(after, new)
    assert new != endpoint.shown


def test_a_secret_is_sealed_and_bound_to_its_endpoint(make_endpoint, inside, broker, send, make_lead, log, receiver):
    one, other = make_endpoint(), make_endpoint("Otra")
    with inside(broker):
        assert one.shown.encode() not in bytes(one.secret)
        WebhookEndpoint.objects.filter(pk=other.pk).update(secret=bytes(one.secret))
    make_lead()
    with tenancy.use(broker.pk), pytest.raises(Exception, match="does not belong"):
        deliveries.claim(log(endpoint=other)[0].pk, now=timezone.now())


def test_an_unreadable_secret_is_put_off(make_endpoint, make_lead, inside, broker, engine, log, receiver):
    make_endpoint()
    make_lead()
    with inside(broker):
        WebhookEndpoint.objects.update(secret=b"k9:nothing")
    engine.look()
    [delivery] = log()
    assert (delivery.state, receiver.seen) == ("pending", [])
    assert delivery.next_attempt_at > timezone.now() + timedelta(hours=20)


def test_secrets_are_no_part_of_the_audit_log(make_endpoint, inside, broker, alice):
    from django.apps import apps

    endpoint = make_endpoint()
    with inside(broker):
        endpoints.rotate(endpoint, by=Actor.of(alice), now=timezone.now())
        endpoints.switch_off(endpoint.pk, reason=OffReason.BY_HAND, by=Actor.of(alice), now=timezone.now())
        history = apps.get_model("integrations", "WebhookEndpointEvent").objects.order_by("pk")
        assert {"secret", "previous_secret"} & {field.name for field in history.model._meta.fields} == set()
        assert [(each.is_active, each.pgh_context["label"]) for each in history][-1] == (False, "Alice")


def test_retry_sends_once_more(make_endpoint, make_lead, receiver, send, log, inside, broker):
    make_endpoint()
    make_lead()
    send()
    with inside(broker):
        assert deliveries.retry(log()[0], now=timezone.now())
    send()
    [delivery] = log()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)
    assert len({request.headers["webhook-id"] for request in receiver.seen}) == 1


def test_one_that_is_being_sent_is_neither_claimed_nor_retried(make_endpoint, make_lead, log, inside, broker):
    make_endpoint()
    make_lead()
    [delivery] = log()
    now = timezone.now()
    with inside(broker):
        assert deliveries.claim(delivery.pk, now=now)
        assert deliveries.claim(delivery.pk, now=now) is None
        assert not deliveries.retry(delivery, now=now)
    assert deliveries.due(now=now, most=10) == []
    assert deliveries.due(now=now + deliveries.LEASE * 2, most=10) == [(broker.pk, delivery.pk)]


def test_an_answer_after_the_lease_was_lost_changes_nothing(
    make_endpoint, make_lead, receiver, send, log, inside, broker
):
    make_endpoint()
    make_lead()
    now = timezone.now()
    with inside(broker):
        slow = deliveries.claim(log()[0].pk, now=now)
    send(now + deliveries.LEASE * 2)
    from integrations.wire import Answer

    deliveries.record(slow, Answer(500, "", "status", 1), now=now)
    [delivery] = log()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)


def test_forget_and_purge(make_endpoint, make_lead, log, inside, broker):
    make_endpoint()
    one, other = make_lead(), make_lead(now=timezone.now() - timedelta(days=31))
    with inside(broker):
        assert deliveries.forget([one.public_id]) == 1
        assert [each.subject for each in log()] == [other.public_id]
        assert deliveries.purge(now=timezone.now()) == 1
    assert log() == []


def test_what_is_due_takes_turns(make_endpoint, make_lead, inside, broker):
    busy = make_endpoint("Ocupada")
    for _ in range(9):
        make_lead()
    calm = make_endpoint("Tranquila")
    make_lead()
    with inside(broker):
        owner = dict(WebhookDelivery.objects.values_list("pk", "endpoint_id"))
    found = [owner[delivery] for _, delivery in deliveries.due(now=timezone.now(), most=100)]
    assert found == [busy.pk, calm.pk, busy.pk, busy.pk, busy.pk]
    with inside(broker):
        WebhookEndpoint.objects.filter(pk=busy.pk).update(failures=1)
    found = [owner[delivery] for _, delivery in deliveries.due(now=timezone.now(), most=100)]
    assert found == [busy.pk, calm.pk]


def test_a_worker_serves_only_quick_endpoints(make_endpoint, make_lead, receiver, send, inside, broker, log):
    from integrations.tasks import send_due

    endpoint = make_endpoint()
    make_lead()
    send_due(broker_id=broker.pk)
    assert receiver.seen == []
    send()
    make_lead(), make_lead()
    send_due(broker_id=broker.pk)
    assert len(receiver.seen) == 3
    receiver.answers = bad.status(503)
    make_lead(), make_lead()
    send_due(broker_id=broker.pk)
    assert len(receiver.seen) == 4
    with inside(broker):
        endpoint.refresh_from_db()
    assert not endpoint.quick


def test_other_brokerages_are_told_nothing(make_endpoint, make_lead, receiver, send, other_broker, charlie, log):
    make_endpoint(of=other_broker, by=charlie)
    make_lead()
    send()
    assert (receiver.seen, log(), log(of=other_broker)) == ([], [], [])


def test_a_payload_reads_as_the_api(make_endpoint, make_lead, log, client_for, alice):
    make_endpoint()
    lead = make_lead(budget_amount=5000, budget_unit="UF", assigned_to=alice, tags=["a", "b"])
    shown = client_for(alice).get(f"/api/v1/leads/{lead.public_id}/").json()
    told = json.loads(json.dumps(log()[0].payload["data"]["lead"]))
    differing = {key for key in shown if shown[key] != told[key]} - {"tags"}  # worn after the lead is made
    assert differing == set()


def test_an_opt_out_a_task_and_a_meeting(make_endpoint, make_lead, log, inside, broker, alice):
    from appointments import visits
    from crm import consent, todos
    from crm.enums import ConsentBasis, ConsentSource, ConsentState

    make_endpoint(events=["consent.revoked", "task.done", "appointment.created", "appointment.changed"])
    lead, by, now = make_lead(), Actor.of(alice), timezone.now()
    with inside(broker):
        task = todos.add(lead, todos.Plan("Llamar", now), by=by, now=now)
        todos.finish(task, by=by, now=now)
        todos.finish(todos.add(None, todos.Plan("Sin lead", now), by=by, now=now), by=by, now=now)
        slot = visits.Slot("property_visit", now + timedelta(days=1))
        visits.confirm(visits.schedule(lead, slot, by=by, now=now), by=by, now=now)
        ground = consent.Ground(ConsentBasis.NONE, ConsentSource.AGENT, "No me escriban")
        consent.record(lead, ConsentState.REVOKED, ground, by=by, at=now)
    told = {each.event: each.payload["data"] for each in log()}
    assert list(told) == ["task.done", "appointment.created", "appointment.changed", "consent.revoked"]
    assert told["task.done"]["task"]["title"] == "Llamar"
    assert (told["appointment.changed"]["act"], told["appointment.changed"]["appointment"]["status"]) == (
        "confirmed",
        "confirmed",
    )
    assert told["consent.revoked"]["lead"]["opted_out_at"]
