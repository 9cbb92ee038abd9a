"""The pages where a brokerage makes its forms."""

import pytest
from django.apps import apps

from crm.models import CaptureForm

NEW = {
    "name": "Sitio", "title": "¿Buscas casa?", "language": "es", "source": "Web", "purpose": "marketing",
    "consent_wording": "Acepto.", "is_active": "on", "ask_name": "required", "ask_phone": "optional", "tags_text": "web, Feria,web",
    "origins_text": "https://www.andes.cl/\nhttps://andes.cl:8443",
}  # fmt: skip


def test_a_form_is_made_shared_changed_and_closed(client_for, alice, make_field, broker, inside):
    make_field("Mascotas", "flag")
    alices = client_for(alice)
    assert "todavía no hay formularios" in alices.get("/settings/forms/").content.decode().lower()
    assert "Acepto que Andes Propiedades" in alices.get("/settings/forms/new/").content.decode()
    made = alices.post("/settings/forms/new/", {**NEW, "ask_cf_mascotas": "optional"})
    with inside(broker):
        form = CaptureForm.objects.get()
    assert made.headers["Location"] == f"/settings/forms/{form.public_id}/"
    assert form.asks == [
        {"name": "name", "required": True},
        {"name": "phone", "required": False},
        {"name": "cf_mascotas", "required": False},
    ]
    assert (form.origins, form.tag_names) == (["https://www.andes.cl", "https://andes.cl:8443"], ["web", "Feria"])
    page = alices.get(f"/settings/forms/{form.public_id}/").content.decode()
    assert f"/l/{form.token}/" in page
    assert "&lt;iframe src=" in page
    token, version = form.token, form.consent_version
    alices.post(f"/settings/forms/{form.public_id}/", {**NEW, "consent_wording": "Otro.", "is_active": ""})
    with inside(broker):
        form.refresh_from_db()
        assert (form.token, form.consent_version, form.is_active) == (token, version + 1, False)
        assert apps.get_model("crm", "CaptureFormEvent").objects.filter(pgh_label="update").count() == 1
    assert "Cerrado" in alices.get("/settings/forms/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ask_phone": ""}, "sin uno de los dos no puedes responder"),
        ({"redirect_url": "http://andes.cl"}, "https://"),
        ({"redirect_url": "javascript:alert(1)"}, "https://"),
        ({"origins_text": "https://andes.cl/pagina"}, "no es un sitio"),
        ({"origins_text": "*"}, "no es un sitio"),
        ({"origins_text": "https://a.cl; script-src *"}, "no es un sitio"),
        ({"consent_wording": "", "consent_required": "on"}, "hay que aceptar"),
        ({"title": ""}, "Título"),
        ({"ask_name": "siempre"}, "Nombre"),
    ],
)
def test_what_is_wrong_is_said(client_for, alice, broker, inside, wrong, said):
    answer = client_for(alice).post("/settings/forms/new/", NEW | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    with inside(broker):
        assert not CaptureForm.objects.exists()


def test_the_preview_shows_what_is_typed(client_for, alice, broker, inside):
    page = (
        client_for(alice)
        .post("/settings/forms/preview/", NEW | {"title": "Título <nuevo>", "ask_email": "required"})
        .content.decode()
    )
    assert "Título &lt;nuevo&gt;" in page
    assert "Correo" in page
    assert "inert" in page
    assert "<form" not in page
    with inside(broker):
        assert not CaptureForm.objects.exists()


def test_an_archived_field_is_not_asked_any_more(client_for, alice, make_field, make_form):
    field = make_field("Mascotas", "flag")
    form = make_form(asks=[{"name": "phone", "required": True}, {"name": "cf_mascotas", "required": True}])
    assert "Mascotas" in client_for(alice).get(f"/l/{form.token}/").content.decode()
    client_for(alice).post(f"/settings/fields/{field.public_id}/archive/")
    assert "Mascotas" not in client_for(alice).get(f"/l/{form.token}/").content.decode()
    assert client_for(alice).post(f"/l/{form.token}/", {"phone": "998248519"}).status_code == 303


def test_agents_have_no_business_there(client_for, bob, form):
    for path in ("", "new/", f"{form.public_id}/"):
        assert client_for(bob).get(f"/settings/forms/{path}").status_code == 403
