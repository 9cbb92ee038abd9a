"""Templates in Django admin: made and written as everywhere, with the same refusals; what was said is to read."""

import pytest

from templates_app import library
from templates_app.models import Template, TemplateVersion
from tests.templates_app import conftest as templates

make_template = templates.make_template
LIST = "/admin/templates_app/template/"
EVERY = f"{LIST}?archived=all"
INLINE = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
WRITTEN = {
    "name": "Otro nombre", "purpose": "transactional", "agent_type": "agendador", "channel": "whatsapp",
    "language": "es", "body": "Hola {{ first_name | default: 'qué tal' }}", **INLINE,
}  # fmt: skip


@pytest.fixture
def staff(alice, client_for):
    alice.is_staff = True
    alice.save(update_fields=["is_staff"])
    return client_for(alice)


def test_another_text_is_another_version_and_the_old_one_is_read(staff, make_template, broker, inside):
    template = make_template(body="Hola {{ first_name }}, esto se lee")
    path = f"{LIST}{template.pk}/change/"
    assert "esto se lee" in staff.get(path).content.decode()
    same = WRITTEN | {"body": "Hola {{ first_name }}, esto se lee"}
    for data, version in ((same, 1), (WRITTEN, 2)):
        assert staff.post(path, data).status_code == 302
        with inside(broker):
            stored = Template.objects.get()
        assert (stored.name, stored.agent_type, stored.version) == ("Otro nombre", "agendador", version)
    assert "esto se lee" in staff.get(path).content.decode()


def test_one_is_made_archived_brought_back_and_copied(staff, alice, broker, inside):
    assert staff.post(f"{LIST}add/", WRITTEN).status_code == 302
    with inside(broker):
        made = Template.objects.get()
        assert (made.by_user_id, library.current(made).body) == (alice.pk, WRITTEN["body"])
    for name in ("archive", "restore", "duplicate", "archive"):
        staff.post(EVERY, {"action": name, "_selected_action": [made.pk]})
    [copy] = staff.get(LIST).context["cl"].result_list  # those put away are shown when asked for
    assert copy.pk != made.pk
    assert staff.post(f"{LIST}add/", WRITTEN).status_code == 302  # its name is free again
    page = staff.post(EVERY, {"action": "restore", "_selected_action": [made.pk]}, follow=True).content.decode()
    assert "«Otro nombre»: otra plantilla usa ese nombre." in page
    with inside(broker):
        assert sorted(Template.objects.values_list("name", flat=True)) == [*["Otro nombre"] * 2, "Otro nombre (copia)"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"body": "Hola {{ color }}"}, "body"),
        ({"body": "Hola {{ first_name"}, "body"),
        ({"body": ""}, "body"),
        ({"channel": "email"}, "subject"),
        ({"channel": "email", "subject": "Hola {{ color }}"}, "subject"),
        ({"name": "Saludo", "body": "Hola"}, "name"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_typed(staff, make_template, broker, inside, typed, field):
    make_template()
    answer = staff.post(f"{LIST}add/", WRITTEN | typed)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    with inside(broker):
        assert TemplateVersion.objects.count() == 1
