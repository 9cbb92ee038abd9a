"""The environment variables that Corredor's processes get. What the operator has set always wins."""

import base64
import os
import secrets
from pathlib import Path

from core.stack import postgres, valkey
from core.stack.folders import Folders
from core.stack.trouble import Trouble, of_os_error


def read_file(path: Path) -> None:
    """Take `NAME=value` lines (.env) into the environment, unless set already or blank."""
    if not path.is_file():
        return
    for line in path.read_text().splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and value and not name.startswith("#"):
            os.environ.setdefault(name.removeprefix("export ").strip(), value.strip().strip("'\""))


def uses_embedded_postgres() -> bool:
    """Whether no DATABASE_URL is set. Raises Trouble when only one of the two URLs is."""
    set_ones = [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if os.environ.get(name)]
    if len(set_ones) == 1:
        raise Trouble(
            f"{set_ones[0]} is set alone: set both DATABASE_URL (the role corredor_app) and DATABASE_OWNER_URL "
            "(the role corredor_owner, for migrations), or neither; docs/going-live.md shows how."
        )
    return not set_ones


def uses_embedded_valkey() -> bool:
    """Whether no REDIS_URL is set."""
    return not os.environ.get("REDIS_URL")


def urls(folders: Folders) -> dict[str, str]:
    """The addresses of the embedded servers that are in use."""
    found = {}
    if uses_embedded_postgres():
        found["DATABASE_URL"] = postgres.url(folders, "corredor_app")
        found["DATABASE_OWNER_URL"] = postgres.url(folders, "corredor_owner")
    if uses_embedded_valkey():
        found["REDIS_URL"] = valkey.url(folders)
    return found


def of_stack(folders: Folders, *, port: int) -> dict[str, str]:
    """Everything for web, worker, beat, engine and manage.py, with secrets made once for this data folder."""
    defaults = secrets_of(folders) | {
        "PUBLIC_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "STATIC_ROOT": str(folders.static),
        "STATIC_COMPRESS": "false",  # on one's own machine not worth the 40 seconds it takes
        "LOG_FORMAT": "plain",  # for eyes; on a server, lines of JSON
        "PYTHONUNBUFFERED": "1",  # a line of a log is seen when it is written
    }
    chosen = {name: value for name, value in os.environ.items() if value or name not in defaults}
    return defaults | chosen | urls(folders)


def without_secrets() -> dict[str, str]:
    """Everything for checks and tests: fixed secrets that protect nothing, so that results repeat."""
    return {
        "SECRET_KEY": "only-for-checks-and-tests-" + "0123456789abcdef" * 3,
        "FIELD_KEYS": "k1:" + base64.urlsafe_b64encode(bytes(range(32))).decode(),
        "PUBLIC_URL": "http://localhost:8000",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
        "DEBUG": "false",
    }


def secrets_of(folders: Folders) -> dict[str, str]:
    """SECRET_KEY and FIELD_KEYS of this data folder, from its secrets.env (mode 0600), made on first use.

    Losing FIELD_KEYS loses the encrypted columns: the file belongs into every backup of the folder.
    """
    path = folders.data / "secrets.env"
    try:
        if not path.exists():
            _write_privately(path, f"SECRET_KEY={secrets.token_urlsafe(48)}\nFIELD_KEYS=k1:{_field_key()}\n")
        lines = path.read_text().splitlines()
    except OSError as error:
        raise of_os_error(error, path) from error
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _field_key() -> str:
    """32 random bytes, URL-safe base64: one AES-256 key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _write_privately(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.rename(path)
