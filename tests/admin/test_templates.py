"""Templates in Django admin: the kind may be changed, what they say is read."""

import pytest

from templates_app.models import Template
from tests.templates_app import conftest as templates

make_template = templates.make_template


@pytest.fixture
def staff(alice, client_for):
    alice.is_staff = True
    alice.save(update_fields=["is_staff"])
    return client_for(alice)


def test_the_kind_is_changed_and_the_text_is_read(staff, make_template, broker, inside):
    template = make_template(body="Hola {{ first_name }}, esto se lee")
    path = f"/admin/templates_app/template/{template.pk}/change/"
    page = staff.get(path).content.decode()
    assert "esto se lee" in page
    assert 'name="body"' not in page
    inline = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    data = {"name": "Otro nombre", "purpose": "transactional", "agent_type": "agendador", **inline}
    assert staff.post(path, data).status_code == 302
    with inside(broker):
        stored = Template.objects.get()
    assert (stored.name, stored.agent_type, stored.version) == ("Otro nombre", "agendador", 1)


def test_a_name_in_use_is_refused(staff, make_template):
    make_template()
    other = make_template(name="Otra")
    data = {"name": "Saludo", "purpose": "marketing", "agent_type": ""}
    inline = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    page = staff.post(f"/admin/templates_app/template/{other.pk}/change/", data | inline)
    assert page.status_code == 200
    assert "Ya hay una plantilla con ese nombre" in page.content.decode()
