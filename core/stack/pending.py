"""Migrations and static files, run only when something changed since the last start."""

import hashlib
from pathlib import Path

from core.stack import environment, postgres, variables
from core.stack.folders import ROOT, Folders
from core.stack.processes import Program
from core.stack.supervisor import Supervisor
from core.stack.trouble import Trouble

APPLIED = "SELECT count(*), coalesce(max(id), 0) FROM django_migrations"


def prepare(supervisor: Supervisor, folders: Folders, env: dict[str, str]) -> bool:
    """Bring the database to the code's schema and collect the static files. True when there was anything to do.

    With servers of one's own it always looks; with the embedded one a stamp says that neither the migration files, the
    lock, nor the rows of django_migrations have changed since, which costs 20 ms instead of two seconds.
    """
    stamp = folders.data / "prepared"
    embedded = variables.uses_embedded_postgres()
    collected = any((folder / "staticfiles.json").exists() for folder in (folders.static, ROOT / "staticfiles"))
    if embedded and collected and stamp.exists() and stamp.read_text() == _state(folders):
        return False
    stamp.unlink(missing_ok=True)
    manage = [str(environment.python()), "manage.py"]
    for arguments in (
        ["migrate", "--no-input", "--verbosity", "0"],
        ["collectstatic", "--no-input", "--verbosity", "0"],
    ):
        code, words = supervisor.output_of(Program(arguments[0], [*manage, *arguments], env, shown=False))
        if code:
            raise Trouble(f"manage.py {arguments[0]} failed.\n" + "\n".join(words))
    if embedded:
        stamp.write_text(_state(folders))
    return True


def _state(folders: Folders) -> str:
    """A digest of what is on disk, and how far the database is: `digest count|newest`."""
    digest = hashlib.sha256()
    for path in _sources():
        found = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {found.st_size} {found.st_mtime_ns}\n".encode())
    applied = postgres.query(folders, "SELECT to_regclass('django_migrations') IS NOT NULL")
    return f"{digest.hexdigest()} {postgres.query(folders, APPLIED) if applied == 't' else ''}\n"


def _sources() -> list[Path]:
    found = [ROOT / "requirements.txt", *ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/sql/*.sql")]
    return sorted(found + [path for path in ROOT.glob("static/**/*") if path.is_file()])
