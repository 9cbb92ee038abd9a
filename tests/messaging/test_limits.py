"""Horarios y límites: a brokerage only tightens, stops everything with one switch, and sees what the law says."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from core.actors import Actor
from messaging import limits
from messaging.gate import Ruling, facts, judge, rules
from messaging.models import ContactLimits, ContactPolicy

URL = "/settings/sending/"


@pytest.fixture
def admin(client_for, alice):
    return client_for(alice)


@pytest.fixture
def save(broker, alice, inside):
    def store(**wanted):
        with inside(broker):
            return limits.save(limits.Wanted(**wanted), broker=broker, by=Actor.of(alice), now=timezone.now())

    return store


def test_own_hours_are_stored_and_their_doer_with_them(save, alice):
    row = save(opens=time(10), closes=time(18), days=(1, 2, 3), per_day=1, daily_budget=500)
    assert (row.opens, row.days, row.per_day, row.by_user) == (time(10), [1, 2, 3], 1, alice)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"opens": time(7, 59)}, "opens"), ({"closes": time(21, 1)}, "closes")],
)
def test_nobody_loosens_their_country(save, wanted, field):
    with pytest.raises(limits.Looser) as error:
        save(**wanted)
    assert error.value.field == field


def test_days_without_promotions_are_refused(save, broker):
    broker.country = "PE"
    with pytest.raises(limits.NoHourLeft):  # promotions go Monday to Friday there
        save(days=(6, 7))


def test_a_country_without_rules_is_measured_by_the_strictest(save, broker):
    broker.country = "UY"
    assert save(opens=time(10), closes=time(18)).opens == time(10)
    with pytest.raises(limits.NoHourLeft):
        save(opens=time(19, 30))


def test_hours_that_leave_none_are_refused(save):
    with pytest.raises(limits.NoHourLeft):
        save(opens=time(20, 15))


def test_the_page_says_at_the_field_what_the_country_allows(admin):
    response = admin.post(URL, {"opens": "06:00", "per_day": "2"})
    assert response.status_code == 422
    assert "Chile no permite escribir antes de las 08:00" in response.content.decode()
    assert 'value="2"' in response.content.decode()


def test_the_page_keeps_what_is_right(admin, broker, inside):
    assert (
        admin.post(URL, {"opens": "10:00", "closes": "18:00", "days": ["1", "5"], "per_week": "3"}).status_code == 302
    )
    with inside(broker):
        row = ContactLimits.objects.get()
    assert (row.opens, row.closes, row.days, row.per_week) == (time(10), time(18), [1, 5], 3)
    text = admin.get(URL).content.decode()
    assert 'value="10:00"' in text


def test_the_page_tells_the_law_its_source_and_that_no_lawyer_confirmed_it(admin):
    text = admin.get(URL).content.decode()
    for each in (
        "Ningún abogado",
        "Ley 19.496",
        "Ley 2300",
        "Ley 32323",
        "Todavía no rige",
        "boletines 15.610",
        "rigen las más estrictas",
    ):
        assert each in text
    assert text.index("Ley 19.496") < text.index("Ley 2300")


def test_agents_do_not_come_here(client_for, bob):
    for path in (URL, f"{URL}stop/", "/settings/suppressions/"):
        assert client_for(bob).get(path).status_code == 403


def test_the_switch_stops_everything_once_confirmed(admin, broker, inside, make_account, make_lead, write):
    from core.models import AuditEntry

    make_account()
    message = write(make_lead(phone_raw="+56998248519"))
    assert admin.post(f"{URL}stop/").status_code == 422
    assert admin.post(f"{URL}stop/", {"sure": "on"}).status_code == 302
    with inside(broker):
        [known] = facts.of([message])
        verdict = judge(known, now=timezone.now())
        assert (verdict.ruling, verdict.reason.code) == (Ruling.REFUSE, "stopped")
    assert "Reanudar los envíos" in admin.get(URL).content.decode()
    assert admin.post(f"{URL}resume/").status_code == 302
    with inside(broker):
        assert judge(facts.of([message])[0], now=timezone.now()).ruling is Ruling.SEND
        assert list(AuditEntry.objects.order_by("at").values_list("action", flat=True)) == [
            "sending.stopped",
            "sending.resumed",
        ]


def test_stopping_twice_keeps_the_first_moment(broker, inside, alice):
    now, by = timezone.now(), Actor.of(alice)
    with inside(broker):
        limits.stop(by=by, now=now)
        assert limits.stop(by=by, now=now + timedelta(hours=1)).stopped_at == now


def test_the_platform_edits_the_law_and_it_holds_at_once(client_for, make_user, broker):
    root = make_user("root@corredor.cl", None, name="Raíz", is_staff=True)
    as_root = client_for(root)
    row = ContactPolicy.objects.get(country="CL", channel="", purpose="marketing")
    url = f"/admin/messaging/contactpolicy/{row.pk}/change/"
    wanted = {
        "country": "CL", "channel": "", "purpose": "marketing", "days": ["1", "2"], "opens": "11:00", "closes": "12:00", "consent": "opt_in",
        "source": "Prueba", "effective_from": "2020-01-01", "caller_prefixes": "",
    }  # fmt: skip
    try:
        assert as_root.post(url, {**wanted, "cap_count": "1"}).status_code == 200  # a number without a span
        assert as_root.post(url, wanted).status_code == 302
        today = timezone.localdate()
        found = next(each for each in limits.in_force("CL", today) if each.purpose == "marketing" and not each.channel)
        assert (found.days, found.opens, found.consent) == (frozenset({1, 2}), time(11), "opt_in")
    finally:
        rules.forget()
