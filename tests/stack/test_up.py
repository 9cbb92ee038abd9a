"""`./corredor up` from an empty folder to a page, through kill -9 and back, as a newcomer has it."""

import os
import re
import signal

import pytest

from core.stack import postgres
from core.stack.folders import Folders
from tests.stack.conftest import alive
from tests.stack.stacks import descendants, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


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
