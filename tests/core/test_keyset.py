"""Paging by position, walked to the end while rows come in."""

from datetime import UTC, datetime, timedelta

import pytest

from core import keyset
from crm import lists
from crm.models import Lead

START = datetime(2026, 3, 1, tzinfo=UTC)


def _some(make_lead, count):
    """Leads with ties and gaps in every column that orders."""
    made = []
    for number in range(count):
        made.append(
            make_lead(
                name=["Ana", "ábaco", "Zoe", ""][number % 4],
                created_at=START + timedelta(hours=number // 3),
                next_action_at=START + timedelta(days=number % 3) if number % 2 else None,
            )
        )
    return made


@pytest.mark.parametrize("name", lists.ORDERS)
def test_every_row_is_met_once_while_others_are_inserted(name, make_lead, broker, inside):
    order = lists.ORDERS[name]
    first = _some(make_lead, 17)
    with inside(broker):
        for number, lead in enumerate(first[::2]):
            Lead.objects.filter(pk=lead.pk).update(last_contact_at=START + timedelta(days=number % 2))
    met, cursor = [], ""
    while True:
        with inside(broker):
            page = keyset.page(Lead.objects.all(), order, cursor=cursor, size=4)
        met += [lead.pk for lead in page.rows]
        if not page.next:
            break
        cursor = page.next
        _some(make_lead, 1)
    assert len(met) == len(set(met))
    assert {lead.pk for lead in first} <= set(met)


@pytest.mark.parametrize("name", lists.ORDERS)
def test_neighbours_agree_with_the_list(name, make_lead, broker, inside):
    order = lists.ORDERS[name]
    _some(make_lead, 11)
    with inside(broker):
        rows = keyset.page(Lead.objects.all(), order, size=50).rows
        for number, row in enumerate(rows):
            before, after = keyset.neighbours(Lead.objects.all(), order, row)
            assert before == (rows[number - 1] if number else None)
            assert after == (rows[number + 1] if number + 1 < len(rows) else None)


def test_names_are_ordered_without_accents_or_case_and_the_nameless_come_last(make_lead, broker, inside):
    for name in ("zoe", "", "Álvaro", "beto", "ana"):
        make_lead(name=name)
    with inside(broker):
        rows = keyset.page(Lead.objects.all(), lists.ORDERS["name"], size=9).rows
    assert [row.name for row in rows] == ["Álvaro", "ana", "beto", "zoe", ""]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "ñ", "x" * 5000, "%00"])
def test_a_cursor_nobody_made_is_refused(cursor, broker, inside):
    with inside(broker), pytest.raises(keyset.BadCursor):
        keyset.page(Lead.objects.all(), lists.NEWEST, cursor=cursor, size=2)


def test_a_cursor_of_another_order_or_brokerage_is_refused(make_lead, broker, other_broker, inside):
    _some(make_lead, 3)
    with inside(broker):
        cursor = keyset.page(Lead.objects.all(), lists.NEWEST, size=2).next
        with pytest.raises(keyset.BadCursor):
            keyset.page(Lead.objects.all(), lists.ORDERS["oldest"], cursor=cursor, size=2)
    with inside(other_broker), pytest.raises(keyset.BadCursor):
        keyset.page(Lead.objects.all(), lists.NEWEST, cursor=cursor, size=2)
