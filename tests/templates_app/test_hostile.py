"""Whatever is pasted as a template is refused with a reason or written plainly: it runs nothing, hangs nothing."""

import re
import time

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Broker
from core import tenancy
from crm.models import Lead
from templates_app import checking, rendering, variables
from templates_app.checking import Text
from templates_app.models import Template, TemplateVersion
from templates_app.parsing import parse
from templates_app.sources import Refused
from tests.templates_app.hostile import CORPUS

SLOWEST = 1.0
"""Seconds of our own computing: what the machine does beside the tests is not counted."""
KNOWN = variables.BUILT_IN
HOLES = re.compile(r"[{}]|\bNone\b|\bnull\b|\bundefined\b", re.IGNORECASE)


@pytest.fixture
def lead(db):
    with tenancy.use(1):
        yield Lead(pk=1, name="Ana Rojas", score=72, location="Ñuñoa", phone_raw="+56955550101")


@pytest.fixture(autouse=True)
def _fresh():
    parse.cache_clear()


def test_the_corpus_has_three_hundred_sources():
    assert len(set(CORPUS)) >= 300


@pytest.mark.parametrize("channel", ["whatsapp", "email"])
def test_no_source_runs_hangs_or_leaves_a_hole(lead, channel):
    broker, slow, wrong, written = Broker(name="Andes"), [], [], 0
    for source in CORPUS:
        html = source if channel == "email" else ""
        begun = time.process_time()
        made = _saved_and_written(source, html, channel, lead, broker)
        if time.process_time() - begun > SLOWEST:
            slow.append(source[:60])
        if made is not None and made.ok:
            written += 1
            if HOLES.search(made.subject + made.body) or "49" in made.body or _dangerous(made.html):
                wrong.append((source[:60], made))
            if len(made.body) > 20_000:
                wrong.append((source[:60], len(made.body)))
    assert slow == []
    assert wrong == []
    assert written > 20


@pytest.mark.parametrize("source", CORPUS[::7])
def test_what_got_past_saving_does_not_run_either(lead, source):
    """A version that was never checked, as if the database had been written by hand."""
    version = TemplateVersion(template=Template(channel="telegram", language="es"), body=source)
    made = rendering.render(version, lead, broker=Broker(name="Andes"))
    assert not made.ok or not HOLES.search(made.body)


def test_every_refusal_names_a_line_in_words():
    refusals = [(source, refused) for source in CORPUS if (refused := _refusal("Hola\n" + source)) is not None]
    assert len(refusals) > 200
    for source, refused in refusals:
        assert 1 <= refused.line <= source.count("\n") + 2
        assert refused.reason.endswith(".")
        assert not re.search("expected|Traceback|Error", refused.reason)


def _refusal(source):
    try:
        parse(source)
    except Refused as refused:
        return refused


def _saved_and_written(source, html, channel, lead, broker):
    try:
        text = Text(source, "Asunto" if html else "", html).tidied(channel)
        checking.check(text, channel=channel, known=KNOWN)
    except ValidationError:
        return None
    version = TemplateVersion(
        template=Template(channel=channel, language="es"), body=text.body, subject=text.subject, html=text.html
    )
    return rendering.render(version, lead, broker=broker)


def _dangerous(html):
    return re.search(r"<(script|style|iframe|svg|form|base)|javascript:|\son\w+\s*=|url\(", html, re.IGNORECASE)
