"""The pages of templates through HTTP."""

import pytest

from crm.enums import ConsentPurpose
from templates_app import starters
from templates_app.models import Template, TemplateVersion

HTMX = {"HX-Request": "true"}
LIST = "/settings/templates/"
NEW = "/settings/templates/new/whatsapp/"
FORM = {
    "name": "Saludo",
    "language": "es",
    "purpose": "transactional",
    "agent_type": "",
    "body": "Hola {{ first_name }}",
}


@pytest.fixture
def admin(client_for, alice):
    return client_for(alice)


def edit_of(template):
    return f"{LIST}{template.public_id}/"


def test_create_a_template_and_change_its_text(admin, broker, inside):
    made = admin.post(NEW, FORM)
    assert made.status_code == 302
    assert admin.post(made.headers["Location"], FORM | {"body": "¡Hola, {{ first_name }}!"}).status_code == 302
    with inside(broker):
        template = Template.objects.get()
        assert template.version == 2
        assert list(template.versions.order_by("number").values_list("body", flat=True)) == [
            "Hola {{ first_name }}",
            "¡Hola, {{ first_name }}!",
        ]


def test_same_text_is_no_new_version(admin, make_template, broker, inside):
    template = make_template()
    admin.post(edit_of(template), FORM | {"name": "Otro nombre"})
    with inside(broker):
        assert Template.objects.get().version == 1
        assert Template.objects.get().name == "Otro nombre"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hola\n{{ nombre }}", "Línea 2: la variable «nombre» no existe."),
        ("Hola {{ name", "Línea 1: falta cerrar con «}}»."),
        ("{% for x in name %}a{% endfor %}", "«for» no se puede usar"),
        ("{{ name | replace: &quot;a&quot; }}", "el filtro «replace» no existe"),
        ("", "Este campo"),
        ("a" * 1601, "1.600 caracteres"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_kept(admin, body, said, broker, inside):
    response = admin.post(NEW, FORM | {"body": body.replace("&quot;", '"')})
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert body in page
    with inside(broker):
        assert not Template.objects.exists()


def test_a_name_is_given_once(admin, make_template):
    make_template()
    response = admin.post(NEW, FORM)
    assert response.status_code == 422
    assert "Ya hay una plantilla con ese nombre" in response.content.decode()


def test_the_list_filters(admin, make_template):
    make_template(name="Por WhatsApp")
    make_template(name="Por correo", channel="email", agent_type="agendador")
    page = admin.get(LIST + "?channel=email&agent_type=agendador").content.decode()
    assert "Por correo" in page
    assert "Por WhatsApp" not in page
    assert "Ninguna plantilla" in admin.get(LIST + "?language=pt", headers=HTMX).content.decode()
    assert "Por correo" in admin.get(LIST + "?channel=nada").content.decode()


def test_preview_shows_the_lead_and_what_it_lacks(admin, make_lead):
    lead = make_lead(name="Rosa Paredes")
    path = "/settings/templates/preview/whatsapp/"
    data = FORM | {"body": "Hola {{ first_name }}, ¿en {{ location }}?", "lead": str(lead.public_id)}
    page = admin.post(path, data).content.decode()
    assert "Hola Rosa, ¿en [Comuna o sector]?" in page
    assert "A este lead le falta: Comuna o sector" in page
    page = admin.post(path, data | {"fb_location": "tu zona"}).content.decode()
    assert "Hola Rosa, ¿en tu zona?" in page
    assert "le falta" not in page


def test_preview_of_a_mail_frames_clean_html(admin):
    data = FORM | {
        "subject": "S",
        "html": "<b>Hola {{ first_name }}</b><script>alert(1)</script><img src=x onerror=alert(1)>",
    }
    page = admin.post("/settings/templates/preview/email/", data).content.decode()
    assert "&lt;b&gt;Hola Camila&lt;/b&gt;" in page
    assert "script" not in page
    assert "onerror" not in page


def test_an_agent_has_no_templates_to_change(client_for, bob, make_template):
    template = make_template()
    client = client_for(bob)
    assert client.get(LIST).status_code == 403
    assert client.post(edit_of(template), FORM).status_code == 403


def test_a_lead_of_a_colleague_is_no_lead_to_try(admin, client_for, charlie, make_lead):
    lead = make_lead(name="Rosa Paredes")
    page = client_for(charlie).post("/settings/templates/preview/whatsapp/", FORM | {"lead": str(lead.public_id)})
    assert "Rosa" not in page.content.decode()


def test_versions_say_who_and_what(admin, make_template):
    template = make_template(body="Hola {{ first_name }} querida")
    admin.post(edit_of(template), FORM | {"body": "Hola {{ first_name }} estimada"})
    page = admin.get(edit_of(template) + "versions/", headers=HTMX).content.decode()
    assert "<del>querida</del>" in page
    assert "<ins>estimada</ins>" in page
    assert page.count("Alice") == 2


def test_archive_restore_duplicate_and_delete(admin, make_template, broker, inside):
    template = make_template()
    admin.post(edit_of(template) + "archive/")
    assert "Saludo" not in admin.get(LIST, headers=HTMX).content.decode()
    assert "Saludo" in admin.get(LIST + "?show=archived", headers=HTMX).content.decode()
    assert admin.post(NEW, FORM).status_code == 302  # the name is free again
    admin.post(edit_of(template) + "restore/")
    with inside(broker):
        assert Template.objects.get(pk=template.pk).archived_at is not None
    admin.post(edit_of(template) + "duplicate/")
    admin.post(edit_of(template) + "delete/")
    with inside(broker):
        assert set(Template.objects.values_list("name", flat=True)) == {"Saludo", "Saludo (copia)"}
        assert not TemplateVersion.objects.filter(template_id=template.pk).exists()


def test_starters_are_added_once(admin, broker, inside):
    assert "Agregar las plantillas de inicio" in admin.get(LIST).content.decode()
    admin.post(LIST + "starters/")
    assert "Agregar las plantillas de inicio" not in admin.get(LIST).content.decode()
    admin.post(LIST + "starters/")
    with inside(broker):
        assert Template.objects.count() == sum(len(list(starter.texts())) for starter in starters.STARTERS)
        selling = Template.objects.filter(purpose=ConsentPurpose.MARKETING)
        assert selling.count() == 12


def test_lists_and_versions_cost_the_same_for_one_and_for_three(
    admin, make_template, django_assert_num_queries, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(path):
        with CaptureQueriesContext(connection) as spent:
            assert admin.get(path, headers=HTMX).status_code == 200
        return len(spent)

    template = make_template()
    one = cost(LIST), cost(edit_of(template) + "versions/"), cost(edit_of(template))
    for number in range(3):
        make_template(name=f"Otra {number}")
        admin.post(edit_of(template), FORM | {"body": f"Hola {{{{ first_name }}}} {number}"})
    assert (cost(LIST), cost(edit_of(template) + "versions/"), cost(edit_of(template))) == one
