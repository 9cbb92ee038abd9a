"""The frame and the pages that must always render."""

import json
import re
from types import SimpleNamespace

import pytest
from django.http import Http404
from django.template.loader import get_template, render_to_string

from core.views_components import components

without_routes = pytest.mark.urls("tests.design.urls")


@without_routes
@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "409", "429", "500"])
def test_an_error_page_needs_no_context_and_no_database(code: str) -> None:
    html = get_template(f"{code}.html").render()

    assert f"Error {code[:3]}" in html
    assert '<html lang="es"' in html
    assert html.count("<h1>") == 1


@without_routes
def test_htmx_is_configured_for_the_strict_policy() -> None:
    found = re.search(r"name=\"htmx-config\" content='([^']+)'", get_template("500.html").render())
    config = json.loads(found[1])

    assert [config[key] for key in ("allowEval", "includeIndicatorStyles", "allowScriptTags")] == [False] * 3
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0
    assert {"code": "409|422", "swap": True, "error": False} in config["responseHandling"]


@without_routes
@pytest.mark.parametrize(("theme", "painted"), [("dark", "dark"), ("light", "light"), ("auto", "light")])
def test_the_theme_of_the_person_is_on_the_page(theme: str, painted: str) -> None:
    html = render_to_string("404.html", {"theme": theme})

    assert f'data-theme="{theme}" data-bs-theme="{painted}"' in html


def somebody(rf):
    request = rf.get("/dev/components/")
    request.user = SimpleNamespace(
        is_authenticated=True, is_staff=False, role="agent", name="Ana Pérez", email="a@x.cl"
    )
    request.broker = "Andes"
    request._messages = []
    return request


def test_the_components_page_shows_itself_in_development_only(rf, settings) -> None:
    settings.DEBUG = False
    with pytest.raises(Http404):
        components(somebody(rf))

    settings.DEBUG = True
    html = components(somebody(rf)).content.decode()

    assert 'aria-current="page"' not in html.split("</nav>")[0]  # no place of the rail holds it
    assert html.count('class="c-lead"') == 6
    assert re.search(r"hx-headers='\{\"X-CSRFToken\": \"\w{20,}\"\}'", html)


def test_a_page_names_each_id_once(rf, settings) -> None:
    settings.DEBUG = True
    html = components(somebody(rf)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html.split('<dialog class="c-dialog" id="demo-dialog"')[0])

    assert sorted({one for one in ids if ids.count(one) > 1}) == []
