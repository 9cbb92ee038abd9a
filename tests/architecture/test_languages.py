"""Every text people read is in all three languages, and the catalogs are not behind the code."""

import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))


def catalog(path):
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def texts(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_every_message_is_translated(path):
    missing = [message.id for message in catalog(path) if message.id and (message.fuzzy or not all(texts(message)))]
    assert missing == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_translations_keep_the_placeholders(path):
    broken = [
        message.id for message in catalog(path) if message.id and message.python_format and message.check(catalog(path))
    ]
    assert broken == []


def test_both_languages_have_their_catalog_and_its_compiled_form():
    assert {path.parts[-3] for path in CATALOGS} == {"en", "pt"}
    assert all(path.with_suffix(".mo").is_file() for path in CATALOGS)


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs gettext: apt-get install gettext")
def test_catalogs_are_not_behind_the_code(tmp_path):
    """makemessages on a copy of the sources finds no message that the catalogs lack."""
    copy = tmp_path / "copy"
    ignore = shutil.ignore_patterns(
        ".venv", ".git", "node_modules", "var", "static", "tests", ".*_cache", ".hypothesis", "staticfiles"
    )
    shutil.copytree(ROOT, copy, ignore=ignore)
    command = [
        "python",
        "manage.py",
        "makemessages",
        "-l",
        "en",
        "--no-location",
        "--no-obsolete",
        "--ignore",
        "bench/*",
    ]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    fresh = {message.id for message in catalog(copy / "locale/en/LC_MESSAGES/django.po")}
    kept = {message.id for message in catalog(ROOT / "locale/en/LC_MESSAGES/django.po")}
    assert fresh - kept == set()
