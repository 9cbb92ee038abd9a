"""The template tags every page draws with."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from core.looks import LOOKS, look
from core.navigation import PLACES, places_for
from core.page_texts import page_texts
from core.reltime import absolute, relative
from core.templatetags import ui

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # noon in Santiago
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _in_santiago():
    with timezone.override("America/Santiago"), translation.override("es"):
        yield


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "ahora"),
        (timedelta(minutes=5), "hace 5 min"),
        (timedelta(hours=3, minutes=59), "hace 3 h"),
        (timedelta(hours=15), "ayer"),
        (timedelta(days=3), "hace 3 d"),
        (timedelta(days=40), "13 oct"),
        (timedelta(days=400), "18 oct 2025"),
        (-timedelta(minutes=30), "en 30 min"),
        (-timedelta(hours=2), "en 2 h"),
        (-timedelta(days=1), "mañana 12:00"),
        (-timedelta(days=4), "en 4 d"),
    ],
)
def test_relative_time_in_words(ago: timedelta, text: str) -> None:
    assert relative(NOW - ago, now=NOW) == text


def test_a_quarter_to_midnight_is_hours_not_yesterday_while_it_is_near() -> None:
    midnight = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # one in the morning in Santiago

    assert relative(midnight - timedelta(hours=2), now=midnight) == "hace 2 h"


def test_absolute_time_names_its_zone() -> None:
    assert "12:00" in absolute(NOW)
    assert absolute(NOW).endswith("(-03)")


def test_reltime_carries_the_absolute_time_and_a_dash_stands_for_none() -> None:
    drawn = ui.reltime(NOW - timedelta(hours=3), now=NOW)

    assert re.fullmatch(r'<time datetime="2026-11-22T12:00:00\+00:00" title="[^"]+">hace 3 h</time>', drawn)
    assert ui.reltime(None) == "–"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("María José Fuenzalida", "MF"), ("cher", "C"), ("", "?"), ("ana.p@x.cl", "A"), ("(sin) Ño", "Ñ")],
)
def test_initials(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


def test_what_people_wrote_is_escaped() -> None:
    for drawn in (
        ui.avatar("<b>"),
        ui.pill("<b>", title='"><b>'),
        ui.look_pill("status", "hot", "<b>"),
        ui.icon("x", "<b>"),
    ):
        assert "<b>" not in drawn


def test_nobody_is_said_in_words() -> None:
    assert 'aria-label="Sin asignar"' in ui.avatar()


def test_money_in_its_unit() -> None:
    assert "UF\N{NO-BREAK SPACE}5.200,00" in ui.money(Decimal(5200), "UF")
    assert ui.money(None, "UF", "–") == "–"


def test_step_bar_fills_its_width_and_says_its_numbers() -> None:
    drawn = ui.stepbar(3, 2, 4, 1)

    assert sum(map(float, re.findall(r'width="([\d.]+)"', drawn))) == pytest.approx(100)
    assert "3 vencidos, 2 hoy, 4 planificados, 1 sin fijar" in drawn
    assert 'width="0.00"' in ui.stepbar()


def test_every_look_has_its_icon_in_the_sprite() -> None:
    sprite = (ROOT / "static/vendor/icons.svg").read_text(encoding="utf-8")
    names = {one.icon for values in LOOKS.values() for one in values.values()} | {place.icon for place in PLACES}

    assert [name for name in names if f'<symbol id="{name}"' not in sprite] == []


def test_an_unknown_value_looks_plain() -> None:
    assert look("status", "nobody-drew-this").tone == ""


def test_places_follow_the_role() -> None:
    agent = [place.path for place in places_for(role="agent", is_staff=False, inside=True)]
    chief = [place.path for place in places_for(role="admin", is_staff=True, inside=True)]

    assert "/board/" in agent
    assert {"/admin/", "/settings/", "/audit/"}.isdisjoint(agent)
    assert "/settings/" in chief
    assert "/admin/" in chief


def test_platform_staff_outside_a_brokerage_see_the_admin_only() -> None:
    assert [place.path for place in places_for(role="agent", is_staff=True, inside=False)] == ["/admin/"]


def test_the_present_place_is_marked(rf) -> None:
    request = rf.get("/leads/0192/")
    request.user = SimpleNamespace(is_authenticated=True, is_staff=False, role="agent")
    request.broker = object()

    marked = [place["path"] for place in ui.nav_places(Context({"request": request})) if place["current"]]

    assert marked == ["/leads/"]
    assert ui.nav_places(Context({})) == []


def test_a_score_nobody_computed_draws_nothing() -> None:
    assert ui.score(None, "cold") == ""
    assert "Puntaje 72, Caliente" in ui.score(72, "hot", "Caliente")


def test_every_sentence_the_scripts_look_up_exists() -> None:
    wanted = set(re.findall(r"(?<!_)texts\.(\w+)", (ROOT / "static/js/errors.js").read_text(encoding="utf-8")))

    assert wanted <= page_texts().keys()


class SampleForm(forms.Form):
    name = forms.CharField(label="Nombre", help_text="Como firma.")
    optin = forms.BooleanField(label="Acepta")
    way = forms.ChoiceField(label="Vía", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_a_field_group_ties_label_help_and_error_to_the_field() -> None:
    html = str(SampleForm({})["name"].as_field_group())

    assert '<label class="c-field__label" for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="form-control"' in html


def test_a_group_of_choices_is_a_fieldset_with_a_legend() -> None:
    html = str(SampleForm({})["way"].as_field_group())

    assert "<legend>Vía" in html
    assert html.count("<fieldset") == html.count("</fieldset>") == 1


def test_a_whole_form_begins_with_its_error_summary() -> None:
    html = str(SampleForm({}))

    assert html.index('role="alert"') < html.index('id="id_name"')
    assert '<a href="#id_name">Nombre: ' in html


def test_what_was_safe_once_does_not_make_its_twin_safe() -> None:
    assert "<b>" in ui.avatar(SafeString("<b>"))
    assert "<b>" not in ui.avatar("<b>")
    assert "<b>" not in ui.icon("x", "<b>")
