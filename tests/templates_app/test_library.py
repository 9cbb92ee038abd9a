"""Templates as rows: what changes them, and what many texts cost."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from crm import custom_fields
from crm.models import CustomField, Lead
from templates_app import library, rendering, starters
from templates_app.checking import Text
from templates_app.models import Template, TemplateVersion
from tests.templates_app.conftest import NOW


@pytest.fixture
def by(alice):
    return Actor.of(alice)


def test_a_text_that_stands_may_be_renamed_after_its_field_was_archived(make_template, broker, inside, by):
    with inside(broker):
        field = custom_fields.create(CustomField(label="Banco", kind="text"), by=by)
    template = make_template(body="Hola {{ custom.banco }}")
    with inside(broker):
        custom_fields.archive(field, by=by, now=NOW)
        stands = Text.of(library.current(template))
        assert library.revise(template, stands, by=by, now=NOW, changes={"name": "Otro"}).version == 1
        with pytest.raises(ValidationError):
            library.revise(template, Text("Chao {{ custom.banco }}"), by=by, now=NOW)
        assert Template.objects.get().name == "Otro"
        made = rendering.render(library.current(template), Lead(name="Ana Soto"))
        assert made.missing == ("custom.banco",)


def test_versions_are_told_in_the_audit_log_with_who(make_template, broker, inside, by):
    template = make_template()
    with inside(broker):
        library.revise(template, Text("Chao"), by=by, now=NOW)
        told = [event.pgh_context["label"] for event in Template.objects.get().history.all()]
        assert told == ["Alice", "Alice"]
        assert TemplateVersion.objects.get(number=2).by_label == "Alice"


def test_starters_cost_a_fixed_number_of_statements_and_come_once(broker, inside, by):
    with inside(broker):
        with CaptureQueriesContext(connection) as spent:
            assert starters.install(by=by, now=NOW) > 20
        assert len(spent) <= 10
        library.archive(Template.objects.first(), by=by, now=NOW)
        assert starters.install(by=by, now=NOW) == 0


def test_many_texts_cost_what_one_does(broker, make_user, make_lead, inside):
    people = [make_user(f"p{number}@andes.cl", broker, name=f"Persona {number}") for number in range(3)]
    made = [make_lead(name=f"Ana Soto {who.pk}", assigned_to=who) for who in people]
    with inside(broker):
        one, three = (_cost(Lead.objects.filter(pk__in=[each.pk for each in some])) for some in (made[:1], made))
    assert one == three == (2, True)


def _cost(leads):
    found = list(leads)
    with CaptureQueriesContext(connection) as spent:
        texts = rendering.render_many(_version("{{ first_name }} {{ agent_name }} {{ broker_name }}"), found)
    return len(spent), all(text.ok for text in texts)


def _version(body):
    return TemplateVersion(template=Template(channel="whatsapp", language="es"), body=body)
