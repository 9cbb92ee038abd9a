"""The public form's doors: who finds it, who may frame it, robots, floods, and anything at all thrown at it."""

import json
import re
import time
from threading import Event

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import tenancy
from core.actors import Actor
from crm import bin as bin_
from crm import capture_limits, leads
from crm.models import CaptureForm, Lead


def stored(form):
    with tenancy.use(form.broker.pk):
        return CaptureForm.objects.get(pk=form.pk)


def names(broker):
    with tenancy.use(broker.pk):
        return list(Lead.objects.order_by("pk").values_list("name", flat=True))


def test_the_page_needs_no_session_and_sets_no_cookie(form):
    answer = Client().get(
        f"/l/{form.token}/?utm_source=feria&utm_medium=%00x", headers={"Referer": "https://portal.example/"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert '<html lang="es"' in page
    assert 'name="utm_source" value="feria"' in page
    assert 'name="referrer" value="https://portal.example/"' in page
    assert "csrfmiddlewaretoken" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert Client().get(f"/l/{form.token}").status_code == 200
    assert "¡Listo!" in Client().get(f"/l/{form.token}/?sent").content.decode()


@pytest.mark.parametrize(("language", "word"), [("es", "Enviar"), ("en", '<html lang="en"'), ("pt", '<html lang="pt"')])
def test_the_page_speaks_the_forms_language(make_form, language, word, client_for, alice):
    form = make_form(language=language)
    for client in (Client(), client_for(alice)):
        answer = client.get(f"/l/{form.token}/")
        assert word in answer.content.decode()
        assert answer.headers["Content-Language"] == language


def test_unknown_switched_off_and_closed_are_all_the_same(form, make_form, broker):
    off = make_form(is_active=False)
    strange = ["x" * 32, "nada", "é" * 30, "%00", "a" * 500, off.token, form.token[:-1]]
    answers = [Client().get(f"/l/{token}/") for token in strange] + [
        Client().post(f"/l/{token}/", {"name": "x", "phone": "998248519"}) for token in strange
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(rb"CSRFToken[^}]*", b"", answer.content) for answer in answers}) == 1
    broker.is_active = False
    broker.save()
    assert Client().get(f"/l/{form.token}/").status_code == 404
    assert names(broker) == []


def test_an_address_of_andes_never_reaches_sur_whoever_is_signed_in(
    fill, form, make_form, broker, other_broker, client_for, charlie, alice
):
    assert fill(client=client_for(charlie), name="Ana", phone="998248519").status_code == 303
    assert (names(broker), names(other_broker)) == (["Ana"], [])
    southern = make_form(in_broker=other_broker)
    fill(to=southern, client=client_for(alice), name="Del Sur", phone="998248519")
    assert (names(broker), names(other_broker)) == (["Ana"], ["Del Sur"])


def test_frames_and_posts_are_for_the_forms_own_sites_only(form, make_form):
    closed = Client().get(f"/l/{form.token}/").headers
    assert closed["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in closed["Content-Security-Policy"]
    open_ = make_form(origins=["https://www.andes.cl"], redirect_url="https://www.andes.cl/gracias?x=1")
    for answer in (Client().get(f"/l/{open_.token}/"), Client().post(f"/l/{open_.token}/", {})):
        assert "X-Frame-Options" not in answer.headers
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors https://www.andes.cl;" in policy + ";"
        assert "form-action 'self' https://www.andes.cl" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert Client().get("/accounts/login/").headers["X-Frame-Options"] == "DENY"
    script = Client().get("/l/embed.js")
    assert (script.status_code, script.headers["Cross-Origin-Resource-Policy"]) == (200, "cross-origin")


def test_thanks_may_be_another_page(make_form):
    form = make_form(redirect_url="https://www.andes.cl/gracias")
    answer = Client().post(f"/l/{form.token}/", {"name": "Ana", "phone": "998248519"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://www.andes.cl/gracias")


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(fill, form, broker):
    answer = fill(phone="no tengo", email="ana@", message="Hola <b>", utm_source="feria", agree="on")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="no tengo"' in page
    assert 'value="ana@"' in page
    assert "Hola &lt;b&gt;" in page
    assert 'name="utm_source" value="feria"' in page
    assert "No parece un teléfono" in page
    assert 'aria-invalid="true"' in page
    assert "checked" in page
    assert "Déjanos un teléfono o un correo" in fill(name="Ana").content.decode()
    assert names(broker) == []


@pytest.mark.parametrize(
    "phone",
    [
        "998248519",
        "+56 9 9824 8519",
        "(2) 2345 6789",
        "+56 9 1234 5678",
        "9 9824 8519 / 9 8765 4321",
        "00569 98248519",
        "+1 415 555 2671",
    ],
)
def test_phones_in_every_shape(fill, phone, broker):
    assert fill(name="Ana", phone=phone).status_code == 303
    with tenancy.use(broker.pk):
        assert Lead.objects.get().phone_raw == phone


def test_consent_may_be_required(make_form, broker):
    form = make_form(consent_required=True)
    answer = Client().post(f"/l/{form.token}/", {"name": "Ana", "phone": "998248519"})
    assert answer.status_code == 422
    assert "hay que aceptar" in answer.content.decode()


def test_the_trap_hears_thanks_and_leaves_a_count(fill, form, broker):
    kind = fill(name="Ana", phone="998248519")
    robot = fill(name="Robot", phone="998248520", website="https://spam.example")
    assert (robot.status_code, robot.headers["Location"]) == (kind.status_code, kind.headers["Location"])
    assert (names(broker), stored(form).blocked) == (["Ana"], 1)


def test_a_flood_of_robots_is_counted_no_further_than_the_limit(fill, form, broker):
    most, _seconds = capture_limits.PER_NETWORK
    answers = {fill(name="Robot", website=f"https://spam.example/{n}").status_code for n in range(most + 5)}
    assert answers == {303}
    assert stored(form).blocked == most


@pytest.mark.django_db(transaction=True)
def test_somebody_binned_while_answering_is_a_new_lead(fill, form, broker, make_lead, alice, at_once):
    """The answer waits for whoever holds the lead, finds it gone and loses nothing."""
    known = make_lead(name="Ana", phone_raw="998248519")
    held = Event()

    def bin_it():
        with tenancy.use(broker.pk):
            leads.lock(known.pk)
            held.set()
            time.sleep(0.5)
            bin_.delete(Lead.objects.filter(pk=known.pk), by=Actor.of(alice), now=timezone.now())

    def answer():
        held.wait(5)
        return fill(name="Ana", phone="998248519").status_code

    assert at_once(lambda number: (bin_it, answer)[number](), 2) == [None, 303]
    with tenancy.use(broker.pk):
        assert Lead.objects.get().pk != known.pk


def test_nobody_fills_a_form_in_a_second(fill, form, stamp, broker):
    page = {"name": "Ana", "phone": "998248519", "once": stamp(0)}
    quick = fill(**page)
    assert quick.status_code == 422
    assert "muy rápido" in quick.content.decode()
    assert (names(broker), stored(form).blocked) == ([], 1)
    assert fill(**{**page, "once": stamp(3)}).status_code == 303
    assert fill(name="Berta", phone="998248520", once="falso").status_code == 303
    assert names(broker) == ["Ana", "Berta"]


def test_a_flood_is_stopped_by_network_and_by_form(fill, form, make_form, monkeypatch, broker):
    monkeypatch.setattr(capture_limits, "PER_NETWORK", (3, 600))
    for n in range(3):
        assert fill(name=f"Ana {n}", phone=f"99824851{n}").status_code == 303
    stopped = fill(name="Una más", phone="998248516")
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert 'value="Una más"' in stopped.content.decode()
    other = make_form()
    assert fill(to=other, name="Otra", phone="998248517").status_code == 303
    program = Client().post(f"/l/{form.token}", json.dumps({"name": "x"}), content_type="application/json")
    assert (program.status_code, program.json()["type"]) == (429, "urn:corredor:problem:too-many-requests")
    far = Client(REMOTE_ADDR="2001:db8:1:2::5").post(f"/l/{form.token}/", {"name": "Lejos", "phone": "998248518"})
    assert far.status_code == 303
    monkeypatch.setattr(capture_limits, "PER_FORM", (4, 3600))
    assert Client(REMOTE_ADDR="203.0.113.9").post(f"/l/{form.token}/", {"name": "x"}).status_code == 429


def test_one_network_does_not_use_up_what_the_form_takes(fill, monkeypatch):
    monkeypatch.setattr(capture_limits, "PER_NETWORK", (1, 600))
    monkeypatch.setattr(capture_limits, "PER_FORM", (2, 3600))
    assert [fill(name=f"Ana {n}", phone=f"99824852{n}").status_code for n in range(4)] == [303, 429, 429, 429]
    assert fill(client=Client(REMOTE_ADDR="203.0.113.9"), name="Lejos", phone="998248529").status_code == 303


def test_too_much_and_of_another_kind(form, broker):
    large = Client().post(f"/l/{form.token}/", {"name": "x" * 70_000})
    assert (large.status_code, "demasiado larga" in large.content.decode()) == (413, True)
    assert Client().post(f"/l/{form.token}/", "<a/>", content_type="text/xml").status_code == 415
    assert Client().post(f"/l/{form.token}/", b"\xff{", content_type="application/json").status_code == 400
    assert Client().put(f"/l/{form.token}/").status_code == 405
    assert names(broker) == []


def test_a_captcha_has_the_last_word(fill, settings, form, broker):
    from crm import captcha

    settings.CAPTCHA = "tests.capture.test_doors.Never"
    captcha.current.cache_clear()
    try:
        answer = fill(name="Ana", phone="998248519")
        assert answer.status_code == 422
        assert "https://captcha.example" in answer.headers["Content-Security-Policy"]
    finally:
        captcha.current.cache_clear()
    assert names(broker) == []


class Never:
    template = ""
    sources = {"script-src": ["https://captcha.example"]}

    def check(self, answers, *, address):
        return False


KEYS = st.sampled_from(
    [
        "name",
        "phone",
        "email",
        "budget",
        "timeline",
        "message",
        "agree",
        "website",
        "once",
        "utm_source",
        "referrer",
        "cf_x",
        "",
        "\x00",
    ]
)
VALUES = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["\ud800", "\x00", "9" * 400, "+56", "🏠" * 100, "ﷺ" * 90, "A" * 250 + "@b.cl", "1e400 UF", "'\"\\", "{{7*7}}"]
    ),
)
KINDS = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "application/json; charset=utf-7",
        "text/plain",
        "",
        "x" * 300,
        "multipart/form-data; boundary=\x00",
        "application/x-www-form-urlencoded; charset=nada",
    ]
)


@pytest.fixture
def no_limits(monkeypatch):
    monkeypatch.setattr(capture_limits, "spend", lambda token, address: 0)


def test_any_bytes_any_headers(form, no_limits):
    client = Client(raise_request_exception=False)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.binary(max_size=2_000),
        KINDS,
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
        st.sampled_from(["", "-1", "x", "9" * 30]),
    )
    @example(
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nA\r\n--x--',
        "multipart/form-data; boundary=x",
        "",
        "",
    )
    @example(b"&".join(b"a=1" for _ in range(1_500)), "application/x-www-form-urlencoded", "", "")
    def throw(body, kind, header, length):
        more = {"CONTENT_LENGTH": length} if length else {}
        answer = client.generic(
            "POST",
            f"/l/{form.token}/",
            body,
            content_type=kind,
            headers={"Referer": header, "Accept": header, "Cookie": header},
            **more,
        )
        assert answer.status_code < 500, (body, kind, header, length)

    throw()


def test_any_values(form, no_limits):
    client = Client(raise_request_exception=False)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(KEYS, VALUES, max_size=8), st.booleans())
    @example({"name": "a\x00b", "phone": "998248519", "message": "\u202e\u0301" * 300}, False)
    def throw(said, as_json):
        if as_json:
            answer = client.post(f"/l/{form.token}/", json.dumps(said), content_type="application/json")
        else:
            answer = client.post(
                f"/l/{form.token}/",
                {key: value.encode("utf-8", "surrogatepass") for key, value in said.items() if key.isprintable()},
            )
        assert answer.status_code < 500, said
        got = client.get(
            f"/l/{form.token}/",
            {key: value.encode("utf-8", "surrogatepass") for key, value in said.items() if key.isprintable()},
        )
        assert got.status_code == 200

    throw()
