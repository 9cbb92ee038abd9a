"""Contacts: what they change on the lead, and who hears of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import Actor
from crm import interactions
from crm.enums import InteractionKind as Kind
from crm.interactions import Contact
from crm.models import Interaction, Lead, Notification, TimelineEntry

NOW = timezone.now().replace(microsecond=0)


def ago(**span):
    return NOW - timedelta(**span)


@pytest.fixture
def record(broker, inside, bob):
    def act(lead, kind, at=NOW, **rest):
        with inside(broker):
            return interactions.record(lead, Contact(kind, at, **rest), by=Actor.of(bob), now=NOW)

    return act


def times(lead):
    return lead.last_inbound_at, lead.last_outbound_at, lead.last_contact_at


@pytest.mark.parametrize(
    ("kind", "moved"),
    [
        (Kind.MESSAGE_IN, (NOW, None, NOW)),
        (Kind.MESSAGE_OUT, (None, NOW, None)),
        (Kind.CALL_ANSWERED, (None, NOW, NOW)),
        (Kind.CALL_MISSED, (None, NOW, None)),
        (Kind.VISIT_KEPT, (None, None, None)),
        (Kind.BOUNCED, (None, None, None)),
    ],
)
def test_contact_moves_the_times_it_should(record, make_lead, stored, kind, moved):
    lead = make_lead()
    record(lead, kind)
    assert times(stored(lead)) == times(lead) == moved


def test_contact_entered_late_moves_no_time_back(record, make_lead, stored):
    lead = make_lead()
    record(lead, Kind.MESSAGE_IN)
    record(lead, Kind.CALL_ANSWERED, ago(days=2))
    assert times(stored(lead)) == (NOW, ago(days=2), NOW)


def test_contact_in_the_future_is_refused(record, make_lead):
    with pytest.raises(interactions.NotYet):
        record(make_lead(), Kind.MESSAGE_IN, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("before", "seconds"),
    [
        ([(Kind.MESSAGE_OUT, 4)], 240),
        ([(Kind.CALL_MISSED, 4)], 240),
        ([(Kind.MESSAGE_OUT, 9), (Kind.MESSAGE_OUT, 4)], 240),
        ([(Kind.MESSAGE_OUT, 9), (Kind.MESSAGE_IN, 4)], None),
        ([(Kind.MESSAGE_OUT, 9), (Kind.CALL_ANSWERED, 4)], None),
        ([], None),
        ([(Kind.MESSAGE_OUT, -1)], None),  # what came in was entered late
    ],
)
def test_reply_seconds_count_from_our_last_word_unanswered(record, make_lead, before, seconds):
    lead = make_lead()
    for kind, minutes in before:
        record(lead, kind, ago(minutes=minutes + 10))
    assert record(lead, Kind.MESSAGE_IN, ago(minutes=10)).reply_seconds == seconds


def test_many_contacts_of_one_lead_are_read_in_order(broker, inside, make_lead, bob, stored):
    one, other = make_lead(), make_lead()
    given = [
        (one, Contact(Kind.MESSAGE_IN, ago(minutes=5))),
        (one, Contact(Kind.MESSAGE_OUT, ago(minutes=8))),
        (other, Contact(Kind.MESSAGE_OUT, ago(minutes=1))),
    ]
    with inside(broker):
        made = interactions.record_many(given, by=Actor.of(bob), now=NOW)
        assert [(each.lead_id, each.reply_seconds) for each in made] == [
            (one.pk, None),
            (one.pk, 180),
            (other.pk, None),
        ]
    assert stored(one).last_contact_at == ago(minutes=5)


@pytest.mark.parametrize("count", [1, 3])
def test_many_contacts_take_a_constant_number_of_statements(
    broker, inside, make_lead, bob, django_assert_num_queries, count
):
    leads = [make_lead() for _ in range(count)]
    with inside(broker):
        pairs = [(lead, Contact(Kind.MESSAGE_OUT, NOW)) for lead in leads]
        with django_assert_num_queries(14):
            interactions.record_many(pairs, by=Actor.of(bob), now=NOW)


def test_contact_is_told_in_the_timeline_when_it_happened(record, broker, inside, make_lead):
    lead = make_lead()
    record(lead, Kind.CALL_ANSWERED, ago(hours=3), channel="call", seconds=120, note=" Quiere visitar ")
    with inside(broker):
        entry = TimelineEntry.objects.get(lead=lead, kind="contact")
        assert (entry.at, entry.body) == (ago(hours=3), "Quiere visitar")
        assert entry.data == {"kind": "call_answered", "channel": "call", "seconds": 120}
        assert Interaction.objects.get().by_label == "Bob"


def test_message_is_told_to_the_leads_owner_but_not_to_who_entered_it(record, broker, inside, make_lead, alice, bob):
    record(make_lead(assigned_to=bob), Kind.MESSAGE_IN)
    record(make_lead(assigned_to=alice), Kind.MESSAGE_IN, note="¿Sigue disponible?")
    with inside(broker):
        notice = Notification.objects.get()
        assert (notice.user, notice.kind, notice.data["text"]) == (alice, "reply", "¿Sigue disponible?")


def test_contact_with_a_lead_in_the_bin_is_refused(record, broker, inside, make_lead):
    lead = make_lead()
    with inside(broker):
        Lead.objects.filter(pk=lead.pk).update(deleted_at=NOW)
    with pytest.raises(Lead.DoesNotExist):
        record(lead, Kind.MESSAGE_IN)
