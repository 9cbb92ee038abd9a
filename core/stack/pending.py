"""Migrations and static files, run only when something changed since the last start."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from core.stack import environment, postgres, variables
from core.stack.folders import ROOT, Folders
from core.stack.processes import Program
from core.stack.supervisor import Supervisor
from core.stack.trouble import Trouble

MIGRATED = "SELECT to_regclass('django_migrations') IS NOT NULL"
APPLIED = "SELECT count(*) || ' ' || coalesce(max(id), 0) FROM django_migrations"


def prepare(supervisor: Supervisor, folders: Folders, env: dict[str, str]) -> bool:
    """Bring the database to the code's schema and collect the static files. True when it migrated.

    A stamp for each says that neither the files it is made from nor the packages have changed, and for the database
    that it is as far as it was: that costs 20 ms instead of three seconds. One's own database is always looked at.
    """
    _collect(supervisor, folders, env)
    stamp = folders.data / "migrated"
    embedded = variables.uses_embedded_postgres()
    if embedded and stamp.exists() and stamp.read_text() == _schema(folders):
        return False
    _manage(supervisor, env, "migrate")
    if embedded:
        stamp.write_text(_schema(folders))
    return True


def _collect(supervisor: Supervisor, folders: Folders, env: dict[str, str]) -> None:
    stamp = folders.data / "collected"
    digest = _digest(path for path in ROOT.glob("static/**/*") if path.is_file())
    collected = any((folder / "staticfiles.json").exists() for folder in (folders.static, ROOT / "staticfiles"))
    if not (collected and stamp.exists() and stamp.read_text() == digest):
        _manage(supervisor, env, "collectstatic")
        stamp.write_text(digest)


def _manage(supervisor: Supervisor, env: dict[str, str], name: str) -> None:
    command = [str(environment.python()), "manage.py", name, "--no-input", "--verbosity", "0"]
    code, words = supervisor.output_of(Program(name, command, env, shown=False))
    if code:
        raise Trouble(f"manage.py {name} failed.\n" + "\n".join(words))


def _schema(folders: Folders) -> str:
    """A digest of the migrations on disk, and how far the database is."""
    applied = postgres.query(folders, APPLIED) if postgres.query(folders, MIGRATED) == "t" else "never"
    return f"{_digest([*ROOT.glob('*/migrations/*.py'), *ROOT.glob('*/sql/*.sql')])} {applied}"


def _digest(paths: Iterable[Path]) -> str:
    """Of names, sizes and times of these files and of the lock."""
    digest = hashlib.sha256()
    for path in sorted([ROOT / "requirements.txt", *paths]):
        found = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
