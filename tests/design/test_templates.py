"""Templates and scripts keep the strict Content-Security-Policy, and every picture they name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")])
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\shx-on\b|\shx-on[:-]", re.IGNORECASE),
    "a computed hx value": re.compile(r"hx-(?:vals|headers|vars)\s*=\s*[\"'](?:js|javascript):", re.IGNORECASE),
    "a trigger with a filter": re.compile(r"hx-trigger\s*=\s*\"[^\"]*\["),
    "a javascript address": re.compile(r"href\s*=\s*[\"']javascript:", re.IGNORECASE),
    "a script without src": re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*type=[\"']application/json[\"'])[^>]*>", re.IGNORECASE
    ),
    "another host": re.compile(r"(?:src|<link[^>]*href)\s*=\s*[\"']https?://", re.IGNORECASE),
}
COMMENT = re.compile(r"{#.*?#}|{% comment.*?{% endcomment %}", re.DOTALL)
ICON_TAG = re.compile(r"{%\s*icon\s+\"([^\"]+)\"|icon=\"([^\"]+)\"")


def inks(text: str) -> list[str]:
    """Colours a stylesheet names outright."""
    return re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*{)|\brgba?\(|\blight-dark\(", text)


@pytest.fixture(scope="module")
def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/vendor/icons.svg").read_text(encoding="utf-8")))


def test_there_are_templates_to_read() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_keeps_the_policy(path: Path) -> None:
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))

    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("a style attribute", '<p class="x" style="color:red">'),
        ("an event attribute", "<button onclick='x()'>"),
        ("hx-on", '<b hx-on:click="x()">'),
        ("a computed hx value", "<b hx-vals='js:{a: 1}'>"),
        ("a trigger with a filter", '<b hx-trigger="every 5s [visible]">'),
        ("a script without src", '<script type="module">x()</script>'),
        ("another host", '<script src="https://cdn.example/x.js"></script>'),
    ],
)
def test_each_fault_is_seen(fault: str, text: str) -> None:
    assert FORBIDDEN[fault].search(text)


def test_a_json_block_and_a_script_with_src_are_allowed() -> None:
    pattern = FORBIDDEN["a script without src"]

    assert not pattern.search('<script id="x" type="application/json">{}</script>')
    assert not pattern.search("<script src=\"{% static 'js/theme.js' %}\"></script>")


def test_every_icon_a_template_names_is_in_the_sprite(sprite: set[str]) -> None:
    named = {
        first or second for path in TEMPLATES for first, second in ICON_TAG.findall(path.read_text(encoding="utf-8"))
    }

    assert named - sprite == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_builds_no_html_and_no_code_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(
        r"\beval\(|new Function\(|(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write", text
    )
    assert len(text.splitlines()) <= 200


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_stylesheet_is_small_and_takes_its_colours_from_the_tokens(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 300
    assert path.name in {"tokens.css", "admin.css"} or inks(text) == []
