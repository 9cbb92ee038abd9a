"""Every text people read is in all three languages, and the catalogs are not behind the code."""

import gettext
import html
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.urls import reverse

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))


@cache
def catalog(path):
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def texts(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def said_by(compiled, message):
    one, many = message.id if message.pluralizable else (message.id, None)
    if many:
        return tuple(compiled.ngettext(one, many, number) for number in (1, 2))
    return (compiled.pgettext(message.context, one) if message.context else compiled.gettext(one),)


def keys(path):
    return {(message.context, message.id) for message in catalog(path) if message.id}


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_every_message_is_translated(path):
    missing = [message.id for message in catalog(path) if message.id and (message.fuzzy or not all(texts(message)))]
    assert missing == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_translations_keep_the_placeholders(path):
    whole = catalog(path)
    broken = [message.id for message in whole if message.id and message.python_format and message.check(whole)]
    assert broken == []


def test_both_languages_have_their_catalog_and_its_compiled_form():
    assert {path.parts[-3] for path in CATALOGS} == {"en", "pt"}


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_the_compiled_form_says_what_the_catalog_says(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [message.id for message in catalog(path) if message.id and said_by(compiled, message) != texts(message)]
    assert stale == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs gettext: apt-get install gettext")
def test_catalogs_are_not_behind_the_code(tmp_path):
    """makemessages on a copy of the sources finds no message that the catalogs lack."""
    copy = tmp_path / "copy"
    ignore = shutil.ignore_patterns(
        ".venv", ".git", "node_modules", "var", "static", "tests", ".*_cache", ".hypothesis", "staticfiles"
    )
    shutil.copytree(ROOT, copy, ignore=ignore)
    command = [sys.executable, "manage.py", "makemessages", "-l", "en", "--no-location", "--no-wrap", "--no-obsolete"]
    subprocess.run([*command, "--ignore", "bench/*"], cwd=copy, check=True, capture_output=True)
    assert keys(copy / "locale/en/LC_MESSAGES/django.po") - keys(ROOT / "locale/en/LC_MESSAGES/django.po") == set()
    assert {keys(path) == keys(ROOT / "locale/en/LC_MESSAGES/django.po") for path in CATALOGS} == {True}


SHOWS = 6
PAGES = {
    "board": ("Tablero", "Responsable", "Nuevo lead", "Perfilamiento", "Sin leads por ahora"),
    "list": ("Tablero", "Responsable", "Nuevo lead", "Próximo paso", "Correo"),
    "lead": ("Tablero", "Teléfono", "Guardar nota", "Comuna o sector", "Nuevo lead"),
    "import": ("Tablero", "Equipo", "Importar planilla", "Elige", "Archivo"),
    "login": ("Entra a tu corredora", "Correo", "Contraseña", "Mantener la sesión iniciada"),
}
"""Pages, and words of the Spanish one that no other language has."""


@pytest.fixture
def read_page(client, client_for, alice, make_lead):
    """`read_page(name, language)` is the text of a page for somebody who reads that language."""
    lead = make_lead(name="Ana Soto", phone_raw="998248519", location="Ñuñoa")
    addresses = {
        "board": reverse("pipeline:board"),
        "list": reverse("crm:lead-list"),
        "lead": reverse("crm:lead", args=[lead.public_id]),
        "import": reverse("crm:import-new"),
        "login": reverse("account_login"),
    }

    def read(name, language):
        reader = client
        if name == "login":
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        else:
            alice.language = language
            alice.save(update_fields=["language"])
            reader = client_for(alice)
        answer = reader.get(addresses[name])
        assert answer.headers["Content-Language"] == language
        return html.unescape(answer.content.decode())

    return read


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "pt"])
def test_a_page_speaks_the_readers_language(read_page, name, language):
    text = read_page(name, language)
    left = [word for word in PAGES[name] if word in text]
    path = ROOT / "locale" / language / "LC_MESSAGES/django.po"
    foreign = [message.id for message in catalog(path) if spanish_only(message)]
    assert (
        left + [said for said in foreign if said in text and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", text)] == []
    )


@pytest.mark.parametrize("name", PAGES)
def test_the_words_looked_for_are_on_the_spanish_page(read_page, name):
    assert any(word in read_page(name, "es") for word in PAGES[name])


def spanish_only(message):
    """Whether a message shows, found on a page, that it was not translated: long, capital, and other in translation."""
    said = message.id
    if not isinstance(said, str) or len(said) < SHOWS or not said[:1].isupper() or message.python_format:
        return False
    return said not in (message.string, "Español", "Corredor")  # a language named in itself; the product
