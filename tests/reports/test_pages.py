import csv
import re
from datetime import timedelta
from html import unescape
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from core.actors import Actor
from core.models import AuditEntry
from crm import leads
from reports import words
from reports.views.metrics import SECTIONS
from tests.reports import invented

PAGES = ["/dashboard/", *(f"/metrics/{name}/" for name in SECTIONS)]
TABLES = ["panel/arrivals", "funnel/way", "funnel/pairs", "now/stages", "times/times", "closings/lost", "sources/sources", "inactive/inactive", "team/team"]  # fmt: skip
LINK = re.compile(r'<a [^>]*href="(/(?:metrics/(?:leads|visits|tasks)/|leads/\?)[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)


@pytest.fixture
def furnished(broker, inside, alice, bob):
    """Andes with leads and their pasts, around yesterday's midnight."""
    now = timezone.now()
    with inside(broker):
        found = invented.pasts(Random(7), (alice, bob, None), count=25, night=now - timedelta(days=1), now=now)
        invented.store(found)
    return found


def report_of(response):
    """The page from its figures on, without the frame around."""
    return response.content.decode().partition('id="report"')[2]


def links_of(page):
    """(address, what is written there) of each number that leads somewhere."""
    for url, attributes, inner in LINK.findall(page):
        label = re.search(r'aria-label="([^"]*)"', attributes)
        value = re.search(r'c-stat__value">(.*?)</span>', inner)
        text = label[1].rpartition(": ")[2] if label else value[1] if value else re.sub("<[^>]*>", "", inner)
        yield unescape(url), unescape(text).strip()


def counted(client, url):
    """How many rows the list at an address says it has."""
    page = client.get(url)
    assert page.status_code == 200, url
    told = re.search(r'data-count="(\d+)"|<strong>([\d.]+)</strong>', page.content.decode())
    return int((told[1] or told[2]).replace(".", ""))


def without(url, name):
    parts = urlsplit(url)
    rest = "&".join(
        f"{key}={value}" for key, values in parse_qs(parts.query).items() for value in values if key != name
    )
    return f"{parts.path}?{rest}"


@pytest.mark.parametrize(("who", "query"), [("alice", "period=30d"), ("bob", "period=week&source=Portal&source=-")])
def test_every_number_leads_to_as_many_rows(client_for, request, furnished, who, query):
    client = client_for(request.getfixturevalue(who))
    followed = {}
    for path in PAGES:
        for url, text in set(links_of(report_of(client.get(f"{path}?{query}")))):
            number = followed.setdefault(url, None)
            if number is None:
                number = followed[url] = counted(client, url)
            if text.replace(".", "").isdigit():
                assert number == int(text.replace(".", "")), (path, url)
            elif text.endswith("%"):
                base = without(without(url, "then"), "with")
                if base not in followed:
                    followed[base] = counted(client, base)
                assert text == words.percent(number / followed[base]), (path, url)
            else:
                assert (number > 0) == (text != words.NOTHING), (path, url, text)
    assert len(followed) > (60 if "30d" in query else 10)


@pytest.mark.parametrize("path", [path for path in PAGES if "team" not in path])
def test_a_new_brokerage_is_told_what_will_be_here(client_for, alice, path):
    page = client_for(alice).get(path)
    assert page.status_code == 200
    assert "c-empty" in page.content.decode()


def test_strangers_and_colleagues_count_their_own_alone(client_for, furnished, bob, charlie):
    for path in PAGES:
        page = report_of(client_for(charlie).get(path))
        assert {text for _, text in links_of(page)} <= {"0", "–"}
    team = report_of(client_for(bob).get("/metrics/team/"))
    assert "Bob" in team
    assert "Alice" not in team


STATEMENTS = {
    "/dashboard/": 20, "/metrics/funnel/": 4, "/metrics/now/": 5, "/metrics/times/": 4, "/metrics/closings/": 4, "/metrics/sources/": 4,
    "/metrics/inactive/": 6, "/metrics/team/": 10, "/metrics/leads/?of=new": 5, "/metrics/visits/": 4, "/metrics/tasks/": 4,
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", STATEMENTS)
def test_pages_cost_the_same_for_any_number_of_leads(
    client_for, alice, make_lead, django_assert_num_queries, path, count
):
    for number in range(count):
        make_lead(name=f"Lead {number}", assigned_to=alice, source=f"Portal {number}")
    client = client_for(alice)
    with django_assert_num_queries(STATEMENTS[path] + 4):  # session, person, the transaction's two ends
        assert client.get(path).status_code == 200


def test_a_part_of_the_page_says_its_address(client_for, alice, make_lead):
    make_lead()
    today = timezone.localdate()
    part = client_for(alice).get(
        f"/metrics/times/?period=today&from={today}&to={today}&assigned=", headers={"HX-Request": "true"}
    )
    assert part.headers["HX-Push-Url"] == "/metrics/times/?period=today"
    assert b"<html" not in part.content
    other = client_for(alice).get(
        "/metrics/times/?period=today&from=2026-01-01&to=2026-01-31", headers={"HX-Request": "true"}
    )
    assert other.headers["HX-Push-Url"] == "/metrics/times/?from=2026-01-01&to=2026-01-31"


@pytest.mark.parametrize(
    "query", ["from=2026-02-30", "from=2026-03-01&to=2026-02-01", "period=siglo", "to=9999-12-31", "assigned=x"]
)
def test_a_wrong_range_is_told_and_nothing_is_lost(client_for, alice, make_lead, query):
    make_lead()
    page = client_for(alice).get(f"/metrics/?{query}")
    assert page.status_code == 422
    assert "c-notice--bad" in page.content.decode()


@pytest.mark.parametrize("path", ["/metrics/nada/", "/metrics/leads/", "/metrics/leads/?of=nada", "/metrics/leads/?of=entered", "/metrics/team/nada.csv", "/metrics/visits/?who=x"])  # fmt: skip
def test_what_does_not_exist(client_for, alice, path):
    assert client_for(alice).get(path).status_code == 404


@pytest.mark.parametrize("table", TABLES)
def test_a_table_as_a_file(client_for, alice, furnished, inside, broker, table):
    response = client_for(alice).get(f"/metrics/{table}.csv?period=30d")
    assert response.status_code == 200
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert len(rows) > 2
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    if table == "sources/sources":
        assert "'=cmd" in {row[0] for row in rows}
    with inside(broker):
        assert AuditEntry.objects.filter(action="figures.exported", by_user=alice).count() == 1


def test_lists_go_on_where_they_ended(client_for, alice, broker, inside):
    with inside(broker):
        drafts = [leads.Draft({"name": f"Lead {number}"}) for number in range(60)]
        leads.create_many(drafts, by=Actor.of(alice), now=timezone.now())
    client, url, seen = client_for(alice), "/metrics/leads/?of=new&period=today", []
    while url:
        page = client.get(url, headers={"HX-Request": "true"} if "cursor" in url else {}).content.decode()
        seen += re.findall(r"Lead \d+(?=</a>)", page)
        more = re.search(r'hx-get="([^"]*cursor=[^"]*)"', page)
        url = unescape(more[1]) if more else ""
    assert (len(seen), len(set(seen))) == (60, 60)


def test_the_dialog_keeps_the_range(client_for, alice, make_lead):
    make_lead(source="Portal")
    page = client_for(alice).get("/metrics/filters/?page=times&period=90d&source=Portal").content.decode()
    assert 'action="/metrics/times/"' in page
    assert '<input type="hidden" name="period" value="90d">' in page
    assert re.search(r'value="Portal" checked', page)
