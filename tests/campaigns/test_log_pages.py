"""The tabs of what a campaign did: results, log, the story of a step, and why a lead is not in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import CampaignLog, Enrollment, Step

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def ran(make_campaign, make_agreed, enroll, engine, alice):
    """A campaign that wrote to Ana and not to Luz, who did not agree and is Alice's."""
    campaign = make_campaign({}, {"action": "update_stage", "target_stage": "seguimiento"}, activated=NOW)
    enroll(campaign, make_agreed(1), make_agreed(2, name="Luz Vera", agreed=False, assigned_to=alice))
    engine.tick()
    engine.send()
    engine.tick()
    return campaign


@pytest.fixture
def tab(client_for, alice):
    def get(name, campaign, *more, user=alice, htmx=False, **query):
        headers = {"HX-Request": "true"} if htmx else {}
        url = reverse(f"campaigns:{name}", args=[campaign.public_id, *more])
        return client_for(user).get(url, query, headers=headers)

    return get


def test_numbers_lead_to_the_rows_they_count(tab, ran, client_for, alice):
    shown = tab("results", ran)
    [first, second] = shown.context["rows"]
    assert {cell.name: cell.number for cell in first["cells"]} == {
        "sent": 1, "delivered": 0, "read": 0, "replied": 0, "failed": 0, "skipped": 1, "pending": 0,
    }  # fmt: skip
    for cell in [*first["cells"], *second["cells"]]:
        if cell.url:
            assert len(client_for(alice).get(cell.url).context["rows"]) == cell.number, cell
    [reason] = shown.context["reasons"]
    assert reason["words"].text in shown.content.decode()
    assert len(client_for(alice).get(reason["url"]).context["rows"]) == 1


def test_an_agent_counts_and_reads_only_whom_they_see(tab, ran, bob, inside, broker):
    assert tab("results", ran, user=bob).context["stats"].enrolled == 1
    assert [row["log"].lead.name for row in tab("log", ran, user=bob).context["rows"]] == ["Ana1 Rojas"] * 2
    with inside(broker):
        hers = CampaignLog.objects.get(lead__name="Luz Vera", status="skipped")
    assert tab("trace", ran, hers.public_id, user=bob).status_code == 404
    assert b"Luz Vera" not in tab("why-not", ran, user=bob, q="Luz").content


def test_a_row_opens_its_story(tab, ran, inside, broker):
    with inside(broker):
        refused = CampaignLog.objects.get(status="skipped")
        sent = CampaignLog.objects.get(status="sent", message__isnull=False)
    shown = tab("trace", ran, refused.public_id, htmx=True)
    assert b"<dialog" in shown.content
    assert "La persona acepta que le escriban" in shown.content.decode()
    whole = tab("trace", ran, sent.public_id).content.decode()
    assert "¿sigues buscando?" in whole
    assert "<dialog" not in whole.split("c-trace")[1].split("</section>")[0]


def test_why_not_finds_a_lead_and_says_why(tab, ran, make_agreed):
    eva = make_agreed(5, name="Eva Soto")
    assert "Eva Soto" in tab("why-not", ran, q="eva", htmx=True).content.decode()
    told = tab("why-not", ran, lead=eva.public_id, htmx=True).content.decode()
    assert "Nadie entra por sí solo" in told
    assert tab("why-not", ran, lead="nada").status_code == 200


def test_wrong_filters_are_said_and_break_nothing(tab, ran):
    shown = tab("log", ran, status="nada", since="9999-12-31", lead="x", cursor="x")
    assert shown.status_code == 200
    assert len(shown.context["rows"]) == 4
    assert tab("log", ran, lead="01890000-0000-7000-8000-000000000000").context["rows"] == []


def test_rows_come_in_pages(tab, ran, monkeypatch):
    from campaigns.pages import log

    monkeypatch.setattr(log, "_SIZE", 3)
    first = tab("log", ran)
    rest = tab("log", ran, htmx=True, cursor=first.context["next"])
    assert (len(first.context["rows"]), len(rest.context["rows"])) == (3, 1)
    assert b"<html" not in rest.content


@pytest.mark.parametrize("name", ["results", "log", "why-not"])
def test_a_tab_costs_the_same_for_one_and_for_three(
    name, make_campaign, make_agreed, inside, broker, client_for, alice
):
    campaign = make_campaign({}, activated=NOW)
    client, url = client_for(alice), reverse(f"campaigns:{name}", args=[campaign.public_id])

    def furnish(number):
        lead = make_agreed(number)
        with inside(broker):
            mine = {"campaign": campaign, "lead": lead}
            step = Step.objects.get(campaign=campaign)
            entered = Enrollment.objects.create(
                **mine, next_step=step, next_run_at=NOW, stage="entrada", enrolled_at=NOW, by_kind="system"
            )
            at = {"due_at": NOW, "scheduled_for": NOW, "executed_at": NOW}
            CampaignLog.objects.create(
                **mine, **at, enrollment=entered, step=step, status="skipped", reason="condition"
            )

    def cost():
        with CaptureQueriesContext(connection) as spent:
            assert client.get(url, {"q": "rojas"}).status_code == 200
        return len(spent)

    furnish(1)
    cost()
    one = cost()
    furnish(2)
    furnish(3)
    assert cost() == one
