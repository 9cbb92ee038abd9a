"""Whatever people type, paste or put into an address: an answer, never a crash, and no page broken by what was stored.

Every field of every form and every parameter of every page takes odd values, one at a time beside what stands there.
"""

import os
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import quote
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.architecture.probe import classes, plan
from tests.architecture.probe.routes import all_routes, matching

CHUNKS = 12
WHOLE = os.environ.get("INPUTS") == "full"
"""Every field with every value; otherwise the values go round the fields."""
LEFT_OUT = ("readyz", "account_logout", "accounts:invitation")  # 503 without the rest; ends the session; works once
ALWAYS = (
    *("\x00", "\ud800", "x" * 3000, "ﷺ" * 40, "\u0327\u0301" * 2000, "-1", "1e400", "9" * 30, "9" * 5000, "²", "'\"\\"),
    *("9999-12-31", "9999-12-31T23:59", "0001-01-01T00:00", str(plan.NOWHERE)),
)  # fmt: skip
SOMETIMES = (
    *("a\x00b", "\u202e\u2066x", "\u0301", "\r\nX: y", "0", "NaN", "٣", "1_000", "2026-09-06T00:30", "2026-02-30", "%_"),
    *("{{ 7 }}%s", "<script>", "[]", "//evil.example", "9" * 20 + " UF", "180 millones", "A" * 250 + "@b.cl", "ganado", "true"),
)  # fmt: skip
PARAMETERS = {
    "crm:lead-list": "q stage status source tag assigned next_step score_min created_from created_to inactive_days opted_out imported sort cursor",
    "crm:lead": "in kind cursor day",
    "crm:lead-timeline": "kind cursor day",
    "crm:lead-new": "stage name phone_raw referred_by",
    "crm:lead-referrer": "q",
    "crm:lead-assign": "to",
    "crm:lead-contact": "kind",
    "crm:task-list": "show whose cursor",
    "crm:notice-list": "cursor",
    "messaging:suppressions": "q cursor",
    "pipeline:today": "who",
    "crm:lead-consent": "state",
    "crm:import-detail": "show after",
    "crm:import-preview": "show",
    "pipeline:board": "q assigned status source tag next_step",
    "pipeline:cards": "in after q tag",
    "pipeline:move": "version",
    "inbox:inbox": "box cursor",
    "inbox:thread": "box before channel body subject template mode",
    "inbox:messages": "before box",
    "inbox:composer": "channel body subject template pick mode at_lead",
    "inbox:snooze": "until",
    "inbox:unconfirmed": "cursor",
    "inbox:failed": "cursor",
    "inbox:phone*": "app",
    "api-inbox:conversations": "box lead cursor limit",
    "reports:leads": "of stage then reason with period from to assigned source tag inactive_days cursor",
    "reports:visits": "period from to assigned who cursor",
    "reports:tasks": "assigned source who cursor",
    "reports:*": "period from to assigned source operation tag inactive_days",
    "crm:view-menu": "query",
    "crm:view-save": "query",
    "crm:view-edit": "query",
    "pipeline:bulk": "kind",
    "pipeline:card": "q tag",
    "admin:brokerage": "q next",
    "admin:*_changelist": "q o p owner e _facets",
    "admin:autocomplete": "term app_label model_name field_name page",
    "templates:list": "channel agent_type language show",
    "campaigns:list": "status show cursor",
    "campaigns:step-new": "at",
    "campaigns:log": "step status since until lead reason arrived cursor",
    "campaigns:why-not": "q lead",
    "campaigns:simulate-leads": "lead_q lead",
    "campaigns:simulation": "page lead",
    "templates:leads": "lead_q",
    "templates:edit": "lead",
    "messaging:template-test": "lead message",
    "account_*": "next",
    "*": "q",
}  # fmt: skip
POSTED = {
    "campaigns:lead-enroll": "campaign",
    "campaigns:enroll-many": "campaign ids every query",
    "crm:lead-contact": "kind minutes channel at note",
    "crm:lead-task-new": "title kind due_at remind assignee",
    "crm:lead-tasks": "title when due_at",
    "crm:task-reschedule": "to",
    "appointments:visit-cancel": "reason",
    "crm:lead-assign": "to",
    "crm:lead-tags": "add remove",
    "crm:lead-hint": "phone_raw country budget",
    "crm:lead-export": "format",
    "crm:import-revert": "worked_on",
    "crm:field-move": "to",
    "crm:lead-referrer": "to",
    "pipeline:move": "stage before after version shown force lost_reason lost_note closing_price closing_unit reason",
    "templates:preview": "name language purpose subject body html content_sid category approval fb_location lead",
    "messaging:template-test": "lead to key",
    "campaigns:step-new": "c0-kind c0-values c1-kind refresh drop lead",
    "campaigns:step": "c0-kind c0-step c1-kind drop at",
    "campaigns:step-move": "to",
    "campaigns:step-preview": "action delay unit channel template c0-kind c0-min lead at",
    "campaigns:audience": "source tag assigned score_min created_from cf_nada language",
    "campaigns:audience-count": "q stage tag not_tag assigned score_min created_from inactive_days cf_nada",
    "campaigns:activate": "number",
    "pipeline:bulk": "kind ids every query stage lost_reason lost_note to add remove",
    "inbox:composer": "channel body subject template mode",
    "inbox:send": "channel key body subject template at_lead",
    "inbox:note": "body",
    "inbox:snooze": "until",
    "inbox:phone-write": "channel key body",
    "campaigns:simulate": "day weeks sample lead",
    "crm:view-save": "name query opens shared",
    "crm:view-edit": "name query opens shared",
    "crm:view-open": "view",
    "set_language": "language next",
    "admin:*_changelist": "action index select_across _selected_action",
    "admin:brokerage": "broker next",
}
VARIANTS = {"section": ("contact", "search", "follow", "money", "custom"), "kind": ("phone", "budget")}
TOGETHER, OF_OTHERS = 4, 2
"""What has more fields than this takes the same odd value in several at once, so that so many calls do; fewer at forms not ours."""
READ_BACK = "/leads/?sort=next_action"
NEW_VALUES = ("/leads/new/", "/edit/", "/admin/crm/lead/")


class Fields(HTMLParser):
    """The fields of a page's forms and what stands in them."""

    def __init__(self, page):
        super().__init__()
        self.found, self._select = {}, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.found):
            self.found[self._select] = given.get("value") or ""
        elif (
            name
            and tag in {"input", "textarea"}
            and ("checked" in given or given.get("type") not in {"radio", "checkbox"})
        ):
            self.found.setdefault(name, given.get("value") or "")


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # forms hash whatever they are told


def ways_of(world, route):
    """The route's addresses: one for each section or kind there is."""
    values = classes.values(world, route)
    [name] = [name for name in route.params if values[name] in VARIANTS.get(name, ())] or [""]
    return [route.path(values | {name: variant}) for variant in VARIANTS.get(name, ("",))]


def client_for(world, route):
    return plan.client_for(world, "session:andes_staff" if route.pattern.startswith("admin/") else "session:owner")


def encoded(pairs):
    return "&".join(f"{quote(name)}={quote(value, safe='', errors='surrogatepass')}" for name, value in pairs.items())


def send(world, client, method, path, pairs):
    """The worse status of the answer and, after a write, of the list that shows what was written; all is taken back."""
    if method == "GET":
        status = client.get(f"{path}?{encoded(pairs)}").status_code
    else:
        status = client.post(path, encoded(pairs), content_type="application/x-www-form-urlencoded").status_code
        if status < 400 and world.undone.wrote and any(each in path for each in NEW_VALUES):
            status = max(status, client.get(READ_BACK).status_code)
    world.undone.take_back()
    return status


def turning(values, route):
    """The values for ever, from another one at each route: pages with few fields meet all of them together."""
    start = crc32(route.name.encode()) % len(values)
    return cycle((*values[start:], *values[:start]))


def attempts(world, route):
    """(method, path, fields): each known field with odd values, beside what stands in the page's form.

    One value a field, or with INPUTS=full all that break things and one that does sometimes; Django's own forms and allauth's one.
    A large form, unless INPUTS=full, takes its value in several fields at once.
    """
    client = client_for(world, route)
    foreign = route.pattern.startswith(("admin/", "accounts/"))
    always, sometimes = (turning(values, route) for values in (ALWAYS, SOMETIMES))
    either = cycle((always, sometimes))
    for path in ways_of(world, route):
        response = client.get(path)
        page = Fields(response.content.decode("utf-8", "replace")).found if not response.streaming else {}
        stands = {name: value for name, value in page.items() if name != "csrfmiddlewaretoken"}
        asked = (matching(PARAMETERS, route.name) or "").split()
        posted = dict.fromkeys([*stands, *(matching(POSTED, route.name) or "").split()])
        calls = OF_OTHERS if foreign else TOGETHER
        for method, names in (("GET", asked), ("POST", list(posted))):
            for some in together(names, len(names) if WHOLE else calls):
                values = [*ALWAYS, next(sometimes)] if WHOLE and not foreign else [next(next(either))]
                for value in values:
                    yield method, path, (stands if method == "POST" else {}) | dict.fromkeys(some, value)


def together(names, calls):
    """The fields, one at a time or, of many, every so-manieth at once: neighbours, often of one kind, meet other values."""
    return [names[start::calls] for start in range(min(calls, len(names)))]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_field_breaks_a_page(world, chunk):
    routes = [route for route in all_routes() if not route.name.startswith(LEFT_OUT) and "api/" not in route.pattern]
    tried, broken = 0, []
    for route in routes[chunk::CHUNKS]:
        client = client_for(world, route)
        for method, path, pairs in attempts(world, route):
            tried += 1
            if send(world, client, method, path, pairs) >= 500:
                broken.append((method, path, {name: value[:60] for name, value in pairs.items()}))
    assert broken == []
    assert tried > len(routes) // CHUNKS


def test_no_text_breaks_a_lead(world):
    routes = {route.name: route for route in all_routes()}
    ways = [
        (way, fields)
        for name in (
            "crm:lead-new",
            "crm:lead-edit",
            "crm:lead-note",
            "crm:lead-tags",
            "pipeline:move",
            "crm:lead-list",
        )
        for way in ways_of(world, routes[name])
        if (fields := [pairs for method, path, pairs in attempts(world, routes[name]) if path == way])
    ]
    client = client_for(world, routes["crm:lead"])
    broken = []

    @effort(
        max_examples=300 if WHOLE else 40,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(way=st.sampled_from(ways), number=st.integers(0, 10_000), text=st.text(max_size=90))
    def try_(way, number, text):
        path, fields = way
        pairs = dict(fields[number % len(fields)])
        name = list(pairs)[number % len(pairs)]
        if send(world, client, "GET" if path == "/leads/" else "POST", path, pairs | {name: text}) >= 500:
            broken.append((path, name, text))

    try_()
    assert broken == []
