import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from core import tenancy
from crm.models import Lead, LeadTag, Tag


def test_manager_without_a_brokerage_raises(db):
    with pytest.raises(tenancy.NoTenant):
        Lead.objects.exists()


def test_new_row_without_a_brokerage_raises(db):
    with pytest.raises(tenancy.NoTenant):
        Lead(name="Nadie")


def test_raw_sql_without_a_brokerage_raises(db):
    with pytest.raises(tenancy.NoTenant), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm_lead")


def test_raw_sql_sees_only_the_open_brokerage(broker, other_broker, make_lead, inside):
    make_lead(name="De Andes")
    with inside(other_broker), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm_lead")
        assert cursor.fetchone() == (0,)


def test_a_row_for_another_brokerage_is_refused_by_the_database(broker, other_broker, inside):
    with inside(other_broker), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Tag.objects.create(name="x", key="x", broker=broker)


def test_a_reference_to_another_brokerage_is_refused_by_the_database(broker, other_broker, make_lead, inside):
    lead = make_lead()
    with inside(other_broker), pytest.raises(IntegrityError, match="walled"), transaction.atomic():
        tag = Tag.objects.create(name="x", key="x")
        LeadTag.objects.create(lead_id=lead.pk, tag=tag)
        connection.check_constraints()


def test_blocks_of_two_brokerages_do_not_nest(broker, other_broker, inside):
    with inside(broker), pytest.raises(tenancy.WrongTenant), inside(other_broker):
        pass


def test_the_brokerage_is_forgotten_after_the_block(broker, make_lead, inside):
    make_lead()
    with inside(broker):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.broker_id', true)")
        assert cursor.fetchone() == ("",)


def test_a_failed_block_reports_its_own_error(broker, inside):
    with pytest.raises(ZeroDivisionError), inside(broker):
        raise ZeroDivisionError
    assert not tenancy.is_open()


def test_what_is_asked_once_is_read_again_when_forgotten_and_in_the_next_block(broker, other_broker, inside):
    read = []

    def ask():
        read.append(tenancy.current())
        return len(read)

    with inside(broker):
        assert [tenancy.once(ask), tenancy.once(ask)] == [1, 1]
        tenancy.forget()
        assert tenancy.once(ask) == 2
    with inside(other_broker):
        assert tenancy.once(ask) == 3
    with pytest.raises(tenancy.NoTenant):
        tenancy.once(ask)
    assert read == [broker.pk, broker.pk, other_broker.pk]
