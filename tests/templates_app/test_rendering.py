"""A version and a lead make a text, or say why there is none."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Broker
from core import tenancy
from crm.models import Lead
from templates_app import rendering, starters
from templates_app.models import Template, TemplateVersion

ANDES = Broker(name="Andes Propiedades", time_zone="America/Santiago")
MEETING = datetime(2026, 12, 12, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _inside(db):
    with tenancy.use(1):
        yield


def lead(**fields):
    return Lead(**{"pk": 1, "name": "Camila Rojas", **fields})


def version(body, channel="whatsapp", language="es", **fields):
    return TemplateVersion(template=Template(channel=channel, language=language), body=body, **fields)


def write(body, of=None, extra=None, **fields):
    return rendering.render(version(body, **fields), of or lead(), extra, broker=ANDES)


@pytest.mark.parametrize(
    ("name", "first", "whole"),
    [
        ("Camila Rojas", "Camila", "Camila Rojas"),
        ("PEDRO PÉREZ", "Pedro", "PEDRO PÉREZ"),
        ("ñusta quispe", "Ñusta", "ñusta quispe"),
        ("  Ana   María\tSoto ", "Ana", "Ana María Soto"),
        ("M. José Díaz", "M.", "M. José Díaz"),
    ],
)
def test_names_as_people_write_them(name, first, whole):
    assert write("{{ first_name }}|{{ name }}", lead(name=name)).body == f"{first}|{whole}"


@pytest.mark.parametrize("name", ["", "None", "null", "Cliente 42", "+56 9 5555 0101", "{{ name }}", "undefined", "🙂"])
def test_what_is_no_name_is_missing(name):
    made = write("Hola {{ first_name }}", lead(name=name))
    assert (made.ok, made.missing, made.body) == (False, ("first_name",), "")


def test_fallbacks_stand_where_a_value_is_missing():
    assert write("En {{ location }}", fallbacks={"location": "tu zona"}).body == "En tu zona"
    assert write("En {{ location | default: 'tu sector' }}", fallbacks={"location": "tu zona"}).body == "En tu sector"
    assert write("En {{ location | upcase }}", fallbacks={"location": "tu zona"}).body == "En TU ZONA"
    assert write("En {{ location }}", lead(location="Ñuñoa"), fallbacks={"location": "x"}).body == "En Ñuñoa"


def test_a_missing_value_nobody_reads_is_no_matter():
    body = "Hola{% if budget > 3000 %}, con {{ budget }}{% elsif budget %}, con poco{% endif %}"
    assert write(body).body == "Hola"
    assert write(body, lead(budget_amount=Decimal(5000), budget_unit="UF")).body == "Hola, con UF 5.000,00"
    assert write(body, lead(budget_amount=Decimal(100), budget_unit="UF")).body == "Hola, con poco"
    assert write("{% unless location %}¿Dónde?{% endunless %}").body == "¿Dónde?"


@pytest.mark.parametrize(
    ("language", "day", "hour"),
    [
        ("es", "sábado 12 de diciembre", "11:30"),
        ("en", "Saturday, December 12", "11:30 AM"),
        ("pt", "sábado, 12 de dezembro", "11:30"),
    ],
)
def test_a_meeting_in_the_language_of_the_template_and_the_zone_of_the_lead(language, day, hour):
    body = "{{ appointment_date }}|{{ appointment_time }}"
    assert write(body, extra={"appointment_at": MEETING}, language=language).body == f"{day}|{hour}"
    in_lima = write(body, lead(time_zone="America/Lima"), {"appointment_at": MEETING})
    assert in_lima.body == "sábado 12 de diciembre|09:30"


def test_dates_may_be_written_another_way():
    body = '{{ appointment_date | date: "%A %-d/%m/%Y a las %H:%M" }}'
    assert write(body, extra={"appointment_at": MEETING}).body == "sábado 12/12/2026 a las 11:30"
    assert write("{{ appointment_date | date: '%d/%m' }}", extra={"appointment_date": date(2026, 1, 2)}).body == "02/01"
    assert write("{{ location | date: '%d' }}", lead(location="Ñuñoa")).body == "Ñuñoa"


def test_own_fields_by_their_kind():
    own = lead(custom={"m2": 1234.5, "mascotas": False, "mudanza": "2026-12-24", "banco": "Estado"})
    body = "{{ custom.m2 }} {{ custom.m2 | round }} {% if custom.mascotas %}x{% endif %}{{ custom.mascotas }} {{ custom.banco }}"
    assert write(body, own).body == "1.234,5 1.234 No Estado"
    assert write("{{ custom.mudanza }}", own).body == "24-12-2026"
    assert write("{{ custom.otro }}", own).missing == ("custom.otro",)


def test_money_by_the_country_of_the_lead():
    assert write("{{ budget }}", lead(budget_amount=Decimal(304_200_000), budget_unit="CLP")).body == "$304.200.000"
    assert write("{{ budget }}", lead(budget_amount=Decimal(150_000), budget_unit="USD")).body == "US$ 150.000"
    assert write("{{ budget | round }}", lead(budget_amount=Decimal("4500.50"), budget_unit="UF")).body.startswith(
        "UF 4.5"
    )


def test_html_is_escaped_and_cleaned_and_text_is_not():
    made = write(
        "Hola {{ name }}",
        lead(name="Ana <b>& Cía</b>", location='x" onmouseover="alert(1)'),
        {"booking_link": "javascript:alert(1)"},
        channel="email",
        subject="Hola {{ name }}\r\nBcc: x@example.com",
        html="<p title=\"{{ location }}\">Hola {{ name }} <a href='{{ booking_link }}'>agenda</a><script>1</script></p>",
    )
    assert made.body == "Hola Ana <b>& Cía</b>"
    assert made.subject == "Hola Ana <b>& Cía</b> Bcc: x@example.com"
    assert "&lt;b&gt;&amp; Cía&lt;/b&gt;" in made.html
    assert not re.search(r"javascript|<script|\sonmouseover=\"", made.html)


def test_content_variables_in_order_of_appearance():
    body = "Hola {{ first_name }}, soy {{ broker_name }}. {{ first_name }}, ¿en {{ location }}?"
    made = write(body, lead(location="Ñuñoa\n\n  centro"), content_sid="HX1")
    assert (made.content_sid, made.content_variables) == (
        "HX1",
        {"1": "Camila", "2": "Andes Propiedades", "3": "Ñuñoa centro"},
    )


@pytest.mark.parametrize(("channel", "most"), [("whatsapp", 1_600), ("telegram", 4_096), ("call", 1_000)])
def test_what_a_channel_does_not_take_is_not_sent(channel, most):
    extra = {"appointment_place": "a" * 300}
    body = "x" * (most - 300) + "{{ appointment_place }}"
    assert write(body, extra=extra, channel=channel).ok
    assert write("x" + body, extra=extra, channel=channel).problem == rendering.TOO_LONG


def test_telegram_counts_as_telegram_does():
    assert write("🏠" * 2_048, channel="telegram").ok
    assert write("🏠" * 2_049, channel="telegram").problem == rendering.TOO_LONG


def test_nothing_left_is_nothing_sent():
    assert write("{% if location %}{{ location }}{% endif %}").problem == rendering.EMPTY


def test_lines_an_absent_value_leaves_empty_are_closed():
    assert write("Hola\n\n{% if location %}{{ location }}{% endif %}\n\nChao").body == "Hola\n\nChao"


def test_every_starter_is_short_speaks_to_a_lead_and_lets_out():
    extra = {
        "appointment_at": MEETING,
        "appointment_place": "Irarrázaval 2401",
        "unsubscribe_link": "https://a.example/b",
    }
    for starter in starters.STARTERS:
        for channel, subject, body in starter.texts():
            made = write(
                body, lead(name=""), extra, channel=channel, subject=subject, fallbacks=dict(starter.fallbacks)
            )
            assert made.ok, (starter.key, made)
            assert len(made.body.split()) <= starters.MOST_WORDS, starter.key
            assert not starter.sells or "BAJA" in made.body or "https://a.example/b" in made.body


TEXTS = st.text(max_size=60) | st.sampled_from(
    ["None", "{{ name }}", "{% if %}", "\x00", "a\nb", "}{", "null", "<b>", "%s"]
)


@given(
    name=TEXTS, location=TEXTS, place=TEXTS, own=TEXTS | st.none() | st.integers(-(10**9), 10**9) | st.booleans(),
    fallback=TEXTS, channel=st.sampled_from(["whatsapp", "telegram", "email", "call"]),
)  # fmt: skip
def test_no_text_has_a_hole_a_brace_or_none_in_it(name, location, place, own, fallback, channel):
    made = write(
        "Hola {{ first_name }} ({{ name }}), en {{ location | default: 'tu zona' }} {{ appointment_place }}."
        "{% if custom.x %} {{ custom.x }}{% endif %}",
        lead(name=name, location=location, custom={} if own is None else {"x": own}),
        {"appointment_place": place},
        channel=channel,
        subject="Para {{ name }}",
        html="<p>{{ name }} {{ appointment_place }}</p>",
        fallbacks={"first_name": fallback},
    )
    whole = made.subject + made.body + made.html
    assert not re.search(r"[{}\x00-\x08]", whole)
    assert "\n" not in made.subject
    assert not re.search(r"Hola (None|null)? \(|\(\)|en  |  ", made.body) or not made.ok or "(" in name
    assert made.ok is bool(made.body)


@given(st.text(alphabet="{}% |abcdefnm_.'\"<>=()[]:,-\n", max_size=80))
def test_any_source_is_understood_or_refused(source):
    made = write(source)
    assert made.problem or made.missing or not re.search(r"[{}]", made.body)
