"""`./corredor up` from an empty folder to a page, through kill -9 and back, as a newcomer has it."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.stack import postgres
from core.stack.folders import Folders
from tests.stack.conftest import ROOT, alive

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def descendants(pid):
    """The living processes below this one: pid by pid, with their command lines."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    below, todo = {}, [pid]
    while todo:
        for child in parents.get(todo.pop(), []):
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                below[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            todo.append(child)
    return below


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what()
        time.sleep(0.05)
    return found


class Stack:
    """A running `./corredor up` and what it wrote."""

    def __init__(self, env, data, port, out):
        self.port, self.out = port, out
        command = [sys.executable, str(ROOT / "corredor"), "up", "--port", str(port), "--data", str(data)]
        self.started = time.monotonic()
        with out.open("w") as file:
            self.process = subprocess.Popen(command, env=env, stdout=file, stderr=subprocess.STDOUT)

    def said(self):
        return self.out.read_text()

    def until(self, text, seconds=120):
        """Seconds from the start until the text stood on the terminal."""
        wait_for(lambda: text in self.said() or self.process.poll() is not None, seconds, self.said)
        assert text in self.said()
        return time.monotonic() - self.started

    def status(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status
        finally:
            connection.close()

    def programs(self):
        return {
            name
            for name in ("bin/postgres", "valkey-server", "uvicorn", " worker ", " beat ", "run_engine")
            for line in descendants(self.process.pid).values()
            if name in line
        }


@pytest.fixture
def start(bare, tmp_path, port):
    stacks = []

    def start():
        stacks.append(Stack(bare, tmp_path / "data", port, tmp_path / f"out{len(stacks)}"))
        return stacks[-1]

    yield start
    for stack in stacks:
        if stack.process.poll() is None:
            stack.process.terminate()
            stack.process.wait(60)


def test_up_starts_survives_kill_9_and_stops_in_order(start, corredor, tmp_path, port):
    folders = Folders(tmp_path / "data")
    first = start()
    first.until(f"Corredor is at http://localhost:{port}")
    assert first.status("/healthz") == 200
    first.until("corredor-demo", seconds=20)  # a login to type
    wait_for(lambda: len(first.programs()) == 6, 20, lambda: str(first.programs()))

    refused = corredor("up", "--port", port, "--data", tmp_path / "data")
    assert refused.returncode == 1
    assert f"port {port} is in use" in refused.stderr
    refused = corredor("up", "--port", port + 1, "--data", tmp_path / "data")
    assert refused.returncode == 1
    assert f"Corredor is already running on {tmp_path / 'data'}" in refused.stderr

    postgres.query(folders, "CREATE TABLE kept AS SELECT generate_series(1, 500) AS n")
    everyone = descendants(first.process.pid)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    wait_for(lambda: not any(map(alive, everyone)), 10, lambda: str({p: c for p, c in everyone.items() if alive(p)}))

    second = start()
    seconds = second.until("Corredor is at")
    assert seconds < 10, "a start without anything new to do takes 2 seconds on an idle machine"
    assert postgres.query(folders, "SELECT count(*) FROM kept") == "500"
    wait_for(lambda: len(second.programs()) == 6, 20, lambda: str(second.programs()))
    everyone = descendants(second.process.pid)
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(60) == 0
    assert second.said().rstrip().endswith("Stopped.")
    assert "killed" not in second.said()
    assert not any(map(alive, everyone))
    logs = {path.stem: path.stat().st_mtime_ns for path in folders.logs.glob("*.log")}
    assert logs["web"] < logs["valkey"] < logs["postgres"]
    assert re.search(r"database system is shut down\s*$", (folders.logs / "postgres.log").read_text())
    assert os.listdir(folders.run) == []
