import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.enums import Stage
from crm.models import Lead
from pipeline import columns

BOARD = "/board/"


def shown(response):
    return re.findall(r'data-card="([^"]+)"', response.content.decode())


@pytest.mark.parametrize("leads", [1, 3])
@pytest.mark.parametrize("people", [1, 3])
def test_board_costs_the_same_for_any_number_of_leads_and_people(
    client_for, alice, broker, make_user, make_lead, django_assert_num_queries, leads, people
):
    owners = [make_user(f"p{number}@andes.cl", broker, name=f"P{number}") for number in range(people)]
    for number in range(leads):
        for stage in Stage:
            extra = {"stage": stage} if stage != Stage.PERDIDO else {}
            make_lead(name=f"Lead {number}", tags=["vip", f"t{number}"], assigned_to=owners[number % people], **extra)
    client = client_for(alice)
    with django_assert_num_queries(11):  # nine statements, and the transaction's beginning and end
        response = client.get(BOARD)
    assert len(shown(response)) == leads * len(Stage)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("beside", [False, True], ids=["on top", "beside a card"])
@pytest.mark.parametrize("leads", [1, 3])
def test_a_move_costs_fifteen_statements_and_one_commit(client_for, alice, make_lead, beside, leads):
    """Whose session, who, where, the lead, the move and its two entries, the score in three, the news in two, the figures, the card."""
    client = client_for(alice)
    for _ in range(leads):
        there = make_lead(stage="agendado")
    lead = make_lead()
    wish = {"stage": "agendado", "shown": "entrada", "version": 1} | ({"before": there.public_id} if beside else {})
    with CaptureQueriesContext(connection) as queries:
        response = client.post(
            f"/leads/{lead.public_id}/move/", wish,
            headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/board/"},
        )  # fmt: skip
    assert response.status_code == 200
    told = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert (told[2][:5], told[-1], len(told)) == ("BEGIN", "COMMIT", 15 + 2)


def test_agents_see_their_own_and_nobodys_cards(client_for, alice, bob, make_lead, make_user, broker):
    mine, free, others = make_lead(assigned_to=bob), make_lead(), make_lead(assigned_to=alice)
    assert set(shown(client_for(bob).get(BOARD))) == {str(mine.public_id), str(free.public_id)}
    assert len(shown(client_for(alice).get(BOARD))) == 3
    assert str(others.public_id) not in shown(client_for(bob).get(BOARD + "?assigned=" + str(alice.public_id)))


def test_strangers_see_an_empty_board(client_for, charlie, make_lead):
    make_lead()
    response = client_for(charlie).get(BOARD)
    assert shown(response) == []
    assert "Aún no hay leads en el tablero" in response.content.decode()


def test_pages_walk_every_card_once_also_those_of_one_rank(client_for, alice, make_lead, inside, broker):
    for number in range(60):
        make_lead(name=f"Lead {number}")
    with inside(broker):
        ids = list(Lead.objects.order_by("board_rank", "id").values_list("id", flat=True))
        Lead.objects.filter(id__in=ids[20:45]).update(board_rank="5555V")  # a file may give many leads one date
        expected = [str(one) for one in Lead.objects.order_by("board_rank", "id").values_list("public_id", flat=True)]
    client = client_for(alice)
    page, seen = client.get(BOARD), []
    for _ in range(5):
        seen += shown(page)
        more = re.search(r'data-more hx-get="([^"]+)"', page.content.decode())
        if not more:
            break
        page = client.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert seen == expected


@pytest.mark.parametrize("query", ["in=entrada&after=x", "in=nada&after=a~0", "in=entrada", "after=é~x"])
def test_unreadable_key_is_a_bad_request(client_for, alice, query):
    assert client_for(alice).get(f"/board/cards/?{query}").status_code == 400


def test_figures_are_those_of_a_slow_count(broker, make_lead, inside, alice):
    now = timezone.now()
    for number in range(40):
        make_lead(
            stage=list(Stage)[number % 7],
            budget_amount=Decimal(number * 100) if number % 3 else None,
            budget_unit=["UF", "CLP"][number % 2] if number % 3 else "",
            next_action_at=[None, now - timedelta(hours=2), now + timedelta(seconds=1), now + timedelta(days=3)][
                number % 4
            ],
            now=now - timedelta(days=number % 12),
        )
    with inside(broker):
        found = columns.figures(Lead.objects.visible_to(alice), now=now, rotting=dict.fromkeys(Stage, 7))
        for stage in Stage:
            leads = list(Lead.objects.filter(stage=stage))
            assert found[stage].total == len(leads)
            for unit in ("UF", "CLP"):
                total = sum(lead.budget_amount for lead in leads if lead.budget_unit == unit)
                assert found[stage].values.get(unit, 0) == total
            assert found[stage].steps["overdue"] == sum(1 for x in leads if x.next_action_at and x.next_action_at < now)
            assert found[stage].steps["none"] == sum(1 for x in leads if not x.next_action_at)
            assert sum(found[stage].steps.values()) == len(leads)
            old = [x for x in leads if x.stage_entered_at < now - timedelta(days=7)]
            assert found[stage].rotting == (0 if stage in columns.CLOSED else len(old))


def test_today_ends_at_the_persons_midnight(client_for, make_user, broker, make_lead):
    far = make_user("far@andes.cl", broker, name="Far", role="admin", time_zone="Pacific/Kiritimati")
    near = make_user("near@andes.cl", broker, name="Near", role="admin", time_zone="America/Santiago")
    make_lead(next_action_at=timezone.now() + timedelta(hours=23, minutes=59))
    states = {
        person.name: re.search(
            r"Próximo paso: (\d+) vencidos, (\d+) hoy, (\d+)", client_for(person).get(BOARD).content.decode()
        )
        for person in (far, near)
    }
    for name, zone in (("Far", far.zone), ("Near", near.zone)):
        at = timezone.now() + timedelta(hours=23, minutes=59)
        today = at.astimezone(zone).date() == timezone.now().astimezone(zone).date()
        assert states[name].groups() == ("0", str(int(today)), str(int(not today)))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=cata", {"Catalina"}),
        ("assigned=none", {"Benjamín"}),
        ("assigned=me", {"Catalina"}),
        ("assigned=&status=&q=&next_step=", {"Catalina", "Benjamín"}),
        ("next_step=none&tag={vip}", {"Benjamín"}),
        ("qualification=CALIFICADO", set()),
        ("status=nada", set()),
    ],
)
def test_filters_apply_to_cards_and_figures(client_for, alice, make_lead, inside, broker, query, names):
    make_lead(name="Catalina", assigned_to=alice, next_action_at=timezone.now())
    tagged = make_lead(name="Benjamín", tags=["vip"])
    with inside(broker):
        vip = tagged.tags.get().public_id
    page = client_for(alice).get(f"{BOARD}?{query.format(vip=vip)}").content.decode()
    assert set(re.findall(r'data-name="([^"]+)"', page)) == names
    assert sum(int(total) for total in re.findall(r'data-total="(\d+)"', page)) == len(names)


def test_fragment_and_whole_page(client_for, alice, make_lead):
    make_lead()
    client = client_for(alice)
    part = client.get(BOARD + "?q=ana&status=", headers={"HX-Request": "true"})
    assert part.headers["HX-Push-Url"] == "/board/?q=ana"
    assert b"<html" not in part.content
    assert b"<html" in client.get(BOARD).content


def test_filters_dialog_offers_tags_and_sources(client_for, alice, make_lead):
    make_lead(tags=["vip"], source="portal")
    page = client_for(alice).get("/board/filters/?q=ana&source=portal").content.decode()
    assert "vip" in page
    assert re.search(r'value="portal" checked', page)
    assert 'name="q" value="ana"' in page


def test_searched_board_shows_the_first_of_each_stage_and_goes_on(client_for, alice, make_lead, inside, broker):
    for number in range(28):
        make_lead(name=f"Rojas {number}")
    other = make_lead(name="Ana Rojas", stage="agendado")
    make_lead(name="Zoilo")
    with inside(broker):
        found = Lead.objects.filter(stage="entrada", name__startswith="Rojas").order_by("board_rank", "id")
        first = [str(key) for key in found.values_list("public_id", flat=True)]
    client = client_for(alice)
    page = client.get(BOARD, {"q": "rojas"})
    assert shown(page) == [*first[:25], str(other.public_id)]
    more = html.unescape(re.search(r'data-more hx-get="([^"]*)"', page.content.decode()).group(1))
    assert shown(client.get(more, headers={"HX-Request": "true"})) == first[25:]
