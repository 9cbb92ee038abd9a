import pytest
from django.utils import timezone

from core.actors import Actor
from crm import leads
from crm.models import LeadPhone


@pytest.fixture
def numbers(broker, inside):
    def found(lead):
        with inside(broker):
            return dict(LeadPhone.objects.filter(lead=lead).exclude(kind="variant").values_list("number", "kind"))

    return found


@pytest.fixture
def edit(broker, inside, alice):
    def act(lead, **changes):
        with inside(broker):
            return leads.edit(lead, changes, by=Actor.of(alice), now=timezone.now())

    return act


def test_a_cell_with_two_numbers_gives_the_lead_both(make_lead, numbers):
    lead = make_lead(phone_raw="998248519 / 997457446")
    assert numbers(lead) == {"56998248519": "primary", "56997457446": "secondary"}


def test_a_new_phone_replaces_what_was_typed_and_keeps_what_is_known_besides(make_lead, numbers, edit, broker, inside):
    lead = make_lead(phone_raw="998248519 / 997457446")
    with inside(broker):
        LeadPhone.objects.create(lead=lead, number="56955511122", kind="secondary")
    edit(lead, phone_raw="9 8765 4321")
    assert numbers(lead) == {"56987654321": "primary", "56955511122": "secondary"}


def test_an_edited_address_is_kept_in_lower_case(make_lead, edit):
    assert edit(make_lead(), email="Ana.Rojas@Correo.CL").email == "ana.rojas@correo.cl"


def test_an_edit_that_changes_nothing_writes_nothing(make_lead, edit):
    lead = make_lead(name="Ana")
    assert edit(lead, name="Ana").version == lead.version
