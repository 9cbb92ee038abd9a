from datetime import timedelta

import pytest
from django.utils import timezone

from crm.models import Lead, TimelineEntry
from tests.api.conftest import LEADS, address

NEW = {
    "name": "Ana Rojas",
    "phone": "9 9824 8519",
    "email": "Ana@Ejemplo.CL",
    "operation": "compra",
    "budget": {"amount": 5200, "unit": "UF"},
    "tags": ["Feria", "vip"],
}


def names(response):
    return [lead["name"] for lead in response.json()["results"]]


def test_create_answers_the_lead_and_where_it_is(as_bob, bob):
    made = as_bob.post(LEADS, {**NEW, "assigned_to": str(bob.public_id)})
    assert made.status_code == 201, made.content
    lead = made.json()
    assert lead["phone"] == "9 9824 8519"
    assert lead["phone_e164"] == "+56998248519"
    assert lead["email"] == "ana@ejemplo.cl"
    assert lead["stage"] == "entrada"
    assert lead["budget"] == {"amount": "5200.00", "min": None, "unit": "UF"}
    assert lead["tags"] == ["Feria", "vip"]
    assert lead["assigned_to"] == {"id": str(bob.public_id), "name": "Bob"}
    assert made.headers["Location"].endswith(address(lead["id"]))
    assert as_bob.get(address(lead["id"])).json() == lead


def test_create_takes_country_and_language_from_the_brokerage(as_alice, broker):
    broker.country, broker.language = "CO", "es"
    broker.save()
    made = as_alice.post(LEADS, {"phone": "300 123 4567"}).json()
    assert (made["country"], made["phone_e164"]) == ("CO", "+573001234567")


def test_create_says_through_what_it_was_done(as_bob, bob, inside, broker):
    made = as_bob.post(LEADS, NEW).json()
    with inside(broker):
        entry = TimelineEntry.objects.get(lead__public_id=made["id"])
    assert (entry.by_kind, entry.by_user_id, entry.by_label) == ("api", bob.pk, "Bob")


def test_create_without_anything_to_know_them_by_is_refused(as_alice, problem):
    assert "non_field_errors" in problem(as_alice.post(LEADS, {}), 400, "validation")["errors"]
    assert "non_field_errors" in problem(as_alice.post(LEADS, {"name": "  "}), 400, "validation")["errors"]


def test_create_with_a_taken_phone_names_the_other_lead(as_alice, make_lead, problem):
    other = make_lead(phone_raw="+56 9 9824 8519")
    body = problem(as_alice.post(LEADS, NEW), 409, "phone-taken")
    assert body["existing_lead"] == str(other.public_id)
    assert "phone" in body["errors"]


def test_create_with_a_phone_of_an_unseen_lead_does_not_name_it(as_bob, alice, make_lead, problem):
    make_lead(phone_raw="+56 9 9824 8519", assigned_to=alice)
    assert problem(as_bob.post(LEADS, NEW), 409, "phone-taken")["existing_lead"] is None


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("operation", "permuta", "operation"),
        ("country", "XX", "country"),
        ("email", "sin arroba", "email"),
        ("time_zone", "America/Ñuñoa", "time_zone"),
        ("bedrooms", -1, "bedrooms"),
        ("bedrooms", "3", "bedrooms"),
        ("bedrooms", 2.5, "bedrooms"),
        ("name", 7, "name"),
        ("name", "x" * 161, "name"),
        ("next_action_at", "9999-12-31T23:59:59-14:00", "next_action_at"),
        ("next_action_at", "mañana", "next_action_at"),
        ("budget", {"amount": -1, "unit": "UF"}, "budget.amount"),
        ("budget", {"amount": "1e5", "unit": "UF"}, "budget.amount"),
        ("budget", {"amount": 10, "unit": "EUR"}, "budget.unit"),
        ("budget", {"amount": 10}, "budget.unit"),
        ("budget", {"amount": 10, "min": 11, "unit": "UF"}, "budget.min"),
        ("budget", {"amount": 10, "unit": "UF", "max": 3}, "budget.max"),
        ("tags", ["ok", 3], "tags.1"),
        ("assigned_to", "no-soy-uuid", "assigned_to"),
    ],
)
def test_wrong_value_is_named_and_nothing_is_stored(as_alice, problem, inside, broker, field, value, where):
    body = problem(as_alice.post(LEADS, {"name": "Ana", field: value}), 400, "validation")
    assert list(body["errors"]) == [where]
    with inside(broker):
        assert not Lead.objects.exists()


def test_patch_changes_what_it_names_and_nothing_else(as_bob, make_lead, bob):
    lead = make_lead(email="ana@ejemplo.cl", assigned_to=bob, tags=["vip"])
    changed = as_bob.patch(address(lead), {"location": "Ñuñoa", "tags": ["feria"]}).json()
    assert (changed["location"], changed["tags"]) == ("Ñuñoa", ["feria"])
    assert (changed["email"], changed["assigned_to"]["name"]) == ("ana@ejemplo.cl", "Bob")
    assert (changed["stage"], changed["version"]) == ("perfilamiento", lead.version + 2)  # known: it moved on by itself


def test_put_sets_what_is_missing_to_its_default(as_bob, make_lead, bob):
    lead = make_lead(email="ana@ejemplo.cl", bedrooms=3, assigned_to=bob, tags=["vip"])
    changed = as_bob.put(address(lead), {"name": "Ana María"}).json()
    assert (changed["name"], changed["email"], changed["bedrooms"]) == ("Ana María", "", None)
    assert (changed["assigned_to"], changed["tags"]) == (None, [])


@pytest.mark.parametrize("half", [{}, {"amount": 5}, {"unit": "UF"}])
def test_half_a_budget_is_refused_also_by_patch(as_alice, make_lead, problem, half):
    assert "budget" in next(iter(problem(as_alice.patch(address(make_lead()), {"budget": half}), 400)["errors"]))


def test_budget_is_taken_away_with_null(as_alice, make_lead):
    lead = make_lead(budget_amount=5, budget_unit="UF")
    assert as_alice.patch(address(lead), {"budget": None}).json()["budget"] is None


def test_patch_to_a_taken_phone_leaves_owner_and_tags_too(as_alice, alice, make_lead, problem):
    make_lead(phone_raw="+56998248519")
    lead = make_lead(tags=["vip"])
    wish = {"tags": ["otra"], "assigned_to": str(alice.public_id), "phone": "998248519"}
    problem(as_alice.patch(address(lead), wish), 409, "phone-taken")
    kept = as_alice.get(address(lead)).json()
    assert (kept["tags"], kept["assigned_to"], kept["phone"]) == (["vip"], None, "")


def test_if_match_refuses_what_changed_meanwhile(as_alice, make_lead, problem):
    lead = make_lead()
    assert as_alice.patch(address(lead), {"location": "Ñuñoa"}, **{"If-Match": '"1"'}).status_code == 200
    body = problem(as_alice.patch(address(lead), {"location": "Lampa"}, **{"If-Match": '"1"'}), 412, "stale")
    assert body["lead"]["location"] == "Ñuñoa"


def test_assign_gives_the_lead_to_a_colleague_or_to_nobody(as_alice, bob, make_lead):
    lead = make_lead()
    given = as_alice.post(address(lead, "assign"), {"assigned_to": str(bob.public_id)})
    assert given.json()["assigned_to"]["id"] == str(bob.public_id)
    assert as_alice.post(address(lead, "assign"), {"assigned_to": None}).json()["assigned_to"] is None


def test_assign_wants_to_be_told_to_whom(as_alice, make_lead, problem):
    told = problem(as_alice.post(address(make_lead(), "assign"), {}), 400)["errors"]
    assert "assigned_to" in told["non_field_errors"][0]


def test_opt_out_is_written_once(as_bob, make_lead, inside, broker):
    lead = make_lead()
    first = as_bob.post(address(lead, "opt-out"), {"wording": "No me llamen más"}).json()
    assert first["opted_out_at"]
    assert as_bob.post(address(lead, "opt-out")).json() == first
    with inside(broker):
        [entry] = lead.consents.all()
    assert (entry.state, entry.wording, entry.by_label) == ("revoked", "No me llamen más", "Bob")


def test_note_lands_in_the_timeline(as_bob, make_lead):
    lead = make_lead()
    noted = as_bob.post(address(lead, "notes"), {"body": "Llamar el lunes"})
    assert noted.status_code == 201
    assert noted.json()["by"] == {"kind": "api", "name": "Bob"}
    timeline = as_bob.get(address(lead, "timeline")).json()["results"]
    assert [entry["kind"] for entry in timeline] == ["note", "created"]
    assert timeline[0] == noted.json()


def test_empty_note_is_refused(as_bob, make_lead, problem):
    assert "body" in problem(as_bob.post(address(make_lead(), "notes"), {"body": " \n"}), 400)["errors"]


def test_timeline_pages_to_its_end(as_bob, make_lead):
    lead = make_lead()
    for number in range(4):
        as_bob.post(address(lead, "notes"), {"body": str(number)})
    bodies, page = [], f"{address(lead, 'timeline')}?limit=2"
    while page:
        found = as_bob.get(page).json()
        bodies += [entry["body"] for entry in found["results"]]
        page = found["next"]
    assert bodies == ["3", "2", "1", "0", ""]


def test_list_shows_the_newest_first_and_pages_without_gaps(as_alice, make_lead):
    now = timezone.now()
    for number in range(5):
        make_lead(name=str(number), created_at=now - timedelta(days=number // 2))  # pairs share a moment
    seen, page = [], f"{LEADS}?limit=2"
    while page:
        found = as_alice.get(page)
        seen += names(found)
        page = found.json()["next"]
    assert seen == ["1", "0", "3", "2", "4"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("oldest", ["c", "a", "b"]),
        ("name", ["a", "b", "c"]),
        ("next_action", ["b", "c", "a"]),
        ("last_contact", ["b", "c", "a"]),
    ],
)
def test_list_pages_in_every_order(as_alice, make_lead, inside, broker, sort, expected):
    now = timezone.now()
    make_lead(name="c", next_action_at=now + timedelta(days=2))
    make_lead(name="a")
    last = make_lead(name="b", next_action_at=now + timedelta(days=1))
    with inside(broker):
        Lead.objects.filter(pk=last.pk).update(last_contact_at=now)
    seen, page = [], f"{LEADS}?limit=1&sort={sort}"
    while page:
        found = as_alice.get(page)
        seen += names(found)
        page = found.json()["next"]
    if sort == "last_contact":
        assert seen[0] == "b"
        assert set(seen) == set(expected)
    else:
        assert seen == expected


def test_agent_sees_their_own_leads_and_nobodys(as_bob, alice, bob, make_lead, problem):
    hidden = make_lead(name="de Alice", assigned_to=alice)
    make_lead(name="de Bob", assigned_to=bob)
    make_lead(name="de nadie")
    assert names(as_bob.get(LEADS)) == ["de nadie", "de Bob"]
    for path in (address(hidden), address(hidden, "timeline")):
        problem(as_bob.get(path), 404)
    problem(as_bob.patch(address(hidden), {"name": "mío"}), 404)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("stage=perfilamiento", ["Berta"]),
        ("stage=entrada&stage=perfilamiento", ["Berta", "Ana"]),
        ("q=nunoa", ["Ana"]),
        ("assigned=none", ["Berta", "Ana"]),
        ("source=portal", ["Berta"]),
        ("opted_out=true", []),
    ],
)
def test_list_filters(as_alice, make_lead, query, expected):
    make_lead(name="Ana", location="Ñuñoa")
    make_lead(name="Berta", stage="perfilamiento", source="portal")
    assert names(as_alice.get(f"{LEADS}?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=marte", "stage"),
        ("score_min=ten", "score_min"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1e3", "limit"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("created_to=hoy", "created_to"),
        ("q=%00", "q"),
        ("limit=", "limit"),
        ("sort=score", "sort"),
        ("tag=0190a0b0-0000-7000-8000-000000000000", "tag"),
        ("score_min=9&score_max=3", "score_max"),
    ],
)
def test_list_names_the_wrong_parameter(as_alice, problem, query, field):
    assert list(problem(as_alice.get(f"{LEADS}?{query}"), 400, "validation")["errors"]) == [field]


@pytest.mark.parametrize("query", ["created_to=9999-12-31", "created_from=0001-01-01", "inactive_days=3650"])
def test_list_takes_the_ends_of_time(as_alice, query):
    assert as_alice.get(f"{LEADS}?{query}").status_code in {200, 400}


def test_cursor_of_another_list_is_refused(as_alice, make_lead, problem):
    lead = make_lead()
    make_lead()
    cursor = as_alice.get(f"{LEADS}?limit=1").json()["next"].partition("cursor=")[2]
    problem(as_alice.get(f"{address(lead, 'timeline')}?cursor={cursor}"), 400, "validation")


def test_path_without_its_last_slash_works(as_alice, make_lead):
    assert as_alice.post(LEADS.rstrip("/"), {"name": "Ana"}).status_code == 201
    assert as_alice.get(address(make_lead()).rstrip("/")).status_code == 200
