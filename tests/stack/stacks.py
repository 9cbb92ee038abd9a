"""A whole `./corredor up` to start, kill and look into."""

import http.client
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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
