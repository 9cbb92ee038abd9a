"""Many rows in one statement: every kind of value comes back as it was written, whatever is in it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from core.actors import Actor
from core.db.arrays import array
from core.db.writing import insert_all, insert_new, write_many
from crm import timeline
from crm.enums import TimelineKind
from crm.models import Lead, TimelineEntry

ODD = ['"', "\\", "\\\"',{}", "NULL", "", " ", "null\n", "ñandú 🏠", "{1,2}", "%s", "it's"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", [*ODD, None]),
        ("bigint", [0, -1, 2**62, None]),
        ("boolean", [True, False, None]),
        ("numeric", [Decimal("0.10"), Decimal("-1E+3"), None]),
        ("double precision", [0.1, -1e300, None]),
        ("uuid", [uuid4(), None]),
        ("timestamptz", [datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), datetime(1850, 1, 1, tzinfo=UTC), None]),
        ("date", [date(2026, 2, 28), None]),
        ("text", [TimelineKind.NOTE]),
        ("text", []),
    ],
)
def test_an_array_holds_what_was_put_into_it(db, kind, values):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array(values)])
        [(found,)] = cursor.fetchall()
    assert found == values


def test_moments_are_read_in_utc(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT '2026-06-01 12:00:00.5+02'::timestamptz")
        [(found,)] = cursor.fetchall()
    assert (found, found.tzinfo) == (datetime(2026, 6, 1, 10, 0, 0, 500_000, tzinfo=UTC), UTC)


def test_rows_are_added_in_their_order_and_get_their_keys(make_lead, broker, inside):
    lead, now = make_lead(), timezone.now()
    with inside(broker):
        made = [
            timeline.entry(
                lead, TimelineKind.NOTE, by=Actor.system(), at=now, body=text, data={"said": text, "no": None}
            )
            for text in ODD
        ]
        insert_all(made)
        found = TimelineEntry.objects.in_bulk([each.pk for each in made])
        told = [(found[each.pk].body, found[each.pk].data) for each in made]
        assert insert_new(made, key="public_id") == {}  # all known
    assert told == [(text, {"said": text, "no": None}) for text in ODD]


def test_each_row_gets_its_own_values(make_lead, broker, inside):
    leads = [make_lead() for _text in ODD]
    with inside(broker):
        for lead, text in zip(leads, ODD, strict=True):
            lead.location, lead.custom, lead.budget_amount = text, {"said": text}, None
        assert write_many(leads, ["location", "custom", "budget_amount"]) == len(ODD)
        found = Lead.objects.in_bulk([each.pk for each in leads])
        told = [(found[each.pk].location, found[each.pk].custom) for each in leads]
    assert told == [(text, {"said": text}) for text in ODD]


def test_among_finds_the_rows_of_keys_and_of_nothing_none(make_lead, broker, other_broker, inside):
    mine, hers = make_lead(), make_lead(in_broker=other_broker)
    with inside(broker):
        entry = timeline.record(mine, TimelineKind.NOTE, by=Actor.system(), at=timezone.now())
        assert list(Lead.objects.filter(pk__among={mine.pk, hers.pk})) == [mine]
        assert list(TimelineEntry.objects.filter(lead_id__among=[mine.pk], pk=entry.pk)) == [entry]
        assert list(Lead.objects.filter(pk__among=[])) == []
        assert list(Lead.objects.filter(public_id__among=[mine.public_id], location__among=ODD)) == [mine]
