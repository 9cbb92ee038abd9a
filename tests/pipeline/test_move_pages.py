import json
from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import Actor
from crm import leads as crm_leads
from pipeline.models import StageTransition

ON_BOARD = {"HX-Request": "true", "HX-Current-URL": "http://testserver/board/"}


@pytest.fixture
def post(client_for):
    def move(user, lead, stage, *, headers=ON_BOARD, **extra):
        data = {"stage": stage, "shown": lead.stage, "version": lead.version, **extra}
        return client_for(user).post(f"/leads/{lead.public_id}/move/", data, headers=headers)

    return move


def events(response):
    return json.loads(response.headers.get("HX-Trigger", "{}"))


def toasts(response):
    return " ".join(toast["text"] for toast in events(response).get("toast", []))


def test_move_answers_the_card_as_stored_and_both_heads(post, alice, make_lead, stored):
    lead = make_lead()
    response = post(alice, lead, "agendado")
    page = response.content.decode()
    assert response.status_code == 200
    assert (
        f'data-card="{lead.public_id}" data-stage="agendado" data-rank="{stored(lead).board_rank}" data-version="2"'
        in page
    )
    assert page.count("hx-swap-oob") == 4  # two heads, two numbers of the phone's picker
    assert response.headers["HX-Retarget"] == f"#card-{lead.public_id}"
    assert events(response)["board:changed"] == {"lead": str(lead.public_id), "stage": "agendado"}
    assert toasts(response) == "Ana Rojas pasó a Agendado."


def test_reordering_tells_no_move(post, alice, make_lead, stored):
    one, two = make_lead(name="Uno"), make_lead(name="Dos")
    response = post(alice, two, "entrada", after=one.public_id)
    assert toasts(response) == ""
    assert stored(two).board_rank > stored(one).board_rank


def test_card_that_leaves_the_filters_leaves_the_page(post, alice, make_lead):
    lead = make_lead()
    here = {**ON_BOARD, "HX-Current-URL": "http://testserver/board/?status=cold"}
    response = post(alice, lead, "perdido", headers=here, lost_reason="precio")
    assert b"data-card" not in response.content
    assert b"head-perdido" in response.content


def test_stale_card_is_answered_with_the_truth_and_who_made_it(post, alice, bob, make_lead, stored):
    lead = make_lead()
    assert post(bob, lead, "seguimiento").status_code == 200
    response = post(alice, lead, "agendado")
    assert response.status_code == 409
    assert b'data-stage="seguimiento"' in response.content
    assert "Bob movió a Ana Rojas a Seguimiento" in toasts(response)
    assert stored(lead).stage == "seguimiento"


def test_card_edited_meanwhile_says_who_changed_it(post, alice, bob, make_lead, inside, broker):
    lead = make_lead()
    with inside(broker):
        crm_leads.edit(lead, {"location": "Macul"}, by=Actor.of(bob), now=timezone.now() + timedelta(seconds=1))
    response = post(alice, lead, "agendado")
    assert response.status_code == 409
    assert "Bob cambió a Ana Rojas" in toasts(response)


def test_refusal_says_why_and_where_it_may_go(post, alice, bob, make_lead):
    lead = make_lead()
    response = post(bob, lead, "referidos")
    assert response.status_code == 422
    assert b'data-stage="entrada"' in response.content
    assert "De Entrada no se pasa a Referidos" in toasts(response)
    assert "Perfilamiento, Calificación financiera, Agendado, Seguimiento o Perdido" in toasts(response)
    assert "forzar" not in toasts(response)
    assert "forzar" in toasts(post(alice, lead, "referidos"))


def test_only_admins_force_and_in_writing(post, alice, bob, make_lead, stored, inside, broker):
    lead = make_lead()
    assert post(bob, lead, "referidos", force="on", reason="porque sí").status_code == 403
    asked = post(alice, lead, "referidos", force="on")
    assert (asked.status_code, asked.headers["HX-Retarget"]) == (422, "#dialog-slot")
    assert 'name="reason"' in asked.content.decode()
    assert post(alice, lead, "referidos", force="on", reason="  ").status_code == 422
    assert stored(lead).stage == "entrada"
    assert post(alice, lead, "referidos", force="on", reason="Vino de parte de su hermana").status_code == 200
    with inside(broker):
        last = StageTransition.objects.latest("id")
    assert (last.forced, last.reason) == (True, "Vino de parte de su hermana")


def test_losing_is_asked_for_its_reason(post, alice, make_lead, stored):
    lead = make_lead()
    asked = post(alice, lead, "perdido")
    assert (asked.status_code, asked.headers["HX-Retarget"]) == (422, "#dialog-slot")
    assert "Hace falta" not in asked.content.decode()
    assert "Hace falta" in post(alice, lead, "perdido", lost_reason="otro", lost_note=" ").content.decode()
    assert "Hace falta" in post(alice, lead, "perdido", lost_note="").content.decode()  # nothing was chosen
    assert post(alice, lead, "perdido", lost_reason="nada").status_code == 422
    assert post(alice, lead, "perdido", lost_reason="precio").status_code == 200
    assert stored(lead).lost_reason == "precio"


@pytest.mark.parametrize(
    ("typed", "price"), [("", None), ("5.250,5", "5250.50"), ("5250", "5250.00"), ("120 millones", "120000000.00")]
)
def test_winning_asks_the_price_once_and_takes_it_as_written(post, alice, make_lead, stored, typed, price):
    lead = make_lead(stage="agendado")
    assert post(alice, lead, "ganado").headers["HX-Retarget"] == "#dialog-slot"
    response = post(alice, lead, "ganado", closing_price=typed, closing_unit="UF")
    assert response.status_code == 200
    won = stored(lead)
    assert (won.status, won.closing_price and str(won.closing_price)) == ("converted", price)
    assert won.closing_unit == ("UF" if price else "")


@pytest.mark.parametrize("typed", ["mucho", "-3", "1 o 2", "9" * 39])
def test_price_nobody_can_read_is_told(post, alice, make_lead, stored, typed):
    lead = make_lead(stage="agendado")
    response = post(alice, lead, "ganado", closing_price=typed, closing_unit="UF")
    assert response.status_code == 422
    assert "Escribe un solo monto" in response.content.decode()
    assert stored(lead).stage == "agendado"


def test_winning_from_where_it_cannot_be_won_is_refused_before_asking(post, bob, make_lead):
    assert "no se pasa a Ganado" in toasts(post(bob, make_lead(), "ganado"))


def test_leads_one_does_not_see_are_not_there(post, client_for, alice, bob, charlie, make_lead):
    lead = make_lead(assigned_to=alice)
    for user in (bob, charlie):
        assert post(user, lead, "agendado").status_code == 404
        assert post(user, lead, "ganado").status_code == 404
        assert post(user, lead, "nada").status_code == 404
        assert client_for(user).get(f"/leads/{lead.public_id}/move/").status_code == 404
        assert client_for(user).get(f"/leads/{lead.public_id}/stage/").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"stage": "nada"}, {"stage": "agendado", "before": "x"}, {"stage": "agendado", "version": "x"}]
)
def test_nonsense_moves_nothing(client_for, alice, make_lead, stored, data):
    lead = make_lead()
    response = client_for(alice).post(f"/leads/{lead.public_id}/move/", data, headers=ON_BOARD)
    assert response.status_code == 422
    assert stored(lead).version == 1


def test_menu_shows_allowed_stages_first_and_the_others_with_the_reason(client_for, alice, bob, make_lead):
    lead = make_lead()
    page = client_for(bob).get(f"/leads/{lead.public_id}/move/?version=1", headers=ON_BOARD).content.decode()
    assert page.index("Perfilamiento") < page.index("no desde Entrada") < page.index("Ganado") + 200
    assert page.count("aria-disabled") == 2
    assert page.count("hx-post") == 5
    assert "forzar" in client_for(alice).get(f"/leads/{lead.public_id}/move/", headers=ON_BOARD).content.decode()


def test_menu_carries_the_version_of_the_card_it_was_opened_on(client_for, alice, make_lead, post):
    lead = make_lead()
    post(alice, lead, "agendado")
    page = client_for(alice).get(f"/leads/{lead.public_id}/move/?version=1", headers=ON_BOARD).content.decode()
    assert '"version": "1"' in page
    assert client_for(alice).get(f'/leads/{lead.public_id}/move/?version="><b>', headers=ON_BOARD).status_code == 400


def test_stage_fragment_tells_the_days_in_each_stage(client_for, alice, make_lead, inside, broker, post):
    lead = make_lead(now=timezone.now() - timedelta(days=3))
    post(alice, lead, "perfilamiento")
    page = client_for(alice).get(f"/leads/{lead.public_id}/stage/", headers={"HX-Request": "true"}).content.decode()
    assert "3 días" in page
    assert "menos de 1 h" in page
    assert page.count("c-step--done") == 1


def test_move_from_a_leads_page_answers_its_stages(post, alice, make_lead):
    lead = make_lead()
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/leads/{lead.public_id}/"}
    response = post(alice, lead, "agendado", headers=here)
    assert response.headers["HX-Retarget"] == "#lead-stage"
    assert b'id="lead-stage"' in response.content
    assert b"data-card" not in response.content
    assert post(alice, lead, "seguimiento", headers=here).status_code == 409
