"""Real processes: `./corredor` itself, in folders and on ports of its own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.stacks import ROOT, Stack

EMBEDDED = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_KEYS",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
}


def alive(pid):
    """Whether the process runs; one that has ended and was not yet fetched by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def bare(monkeypatch):
    """The environment of somebody who has set nothing; the suite itself runs with its own servers' addresses."""
    for name in EMBEDDED | {"CORREDOR_DATA"}:
        monkeypatch.delenv(name, raising=False)
    return dict(os.environ)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def corredor(bare):
    """Run ./corredor with these words to its end."""

    def run(*words, **more):
        command = [sys.executable, str(ROOT / "corredor"), *map(str, words)]
        return subprocess.run(command, env=bare | more, capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture
def start(bare, tmp_path, port):
    """Start `./corredor up`, on one data folder and one port however often it is called."""
    stacks = []

    def start():
        stacks.append(Stack(bare, tmp_path / "data", port, tmp_path / f"out{len(stacks)}"))
        return stacks[-1]

    yield start
    for stack in stacks:
        if stack.process.poll() is None:
            stack.process.terminate()
            stack.process.wait(60)
