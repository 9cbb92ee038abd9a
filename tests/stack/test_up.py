"""`./corredor up` from an empty folder to a page, through kill -9 of everything in mid-import and back, and stopped in order.

After the kill the import goes on by itself, no row twice, none lost.
"""

import os
import re
import signal

import pytest

from core.stack import postgres
from core.stack.folders import Folders
from tests.stack.conftest import alive
from tests.stack.stacks import Visitor, descendants, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]
NEW, AGAIN = 2400, 100  # rows; the last hundred are the first hundred again
TWICE = """SELECT count(*) FROM (
    SELECT broker_id, phone_e164 FROM crm_lead WHERE phone_e164 <> '' GROUP BY 1, 2 HAVING count(*) > 1) AS twice"""


def sheet():
    numbers = [*range(NEW), *range(AGAIN)]
    return "\n".join(["Nombre;Teléfono", *(f"Persona {n};9{71_000_000 + n}" for n in numbers)]).encode()


@pytest.fixture
def ask(tmp_path):
    return lambda sql: postgres.query(Folders(tmp_path / "data"), sql)


@pytest.fixture
def number(ask):
    return lambda sql: int(ask(f"SELECT count(*) FROM {sql}"))


def test_up_starts_survives_kill_9_in_mid_import_and_stops_in_order(start, corredor, tmp_path, port, ask, number):
    first = start()
    first.until(f"Corredor is at http://localhost:{port}")
    assert first.status("/healthz") == 200
    first.until("corredor-demo", seconds=20)  # a login to type
    wait_for(lambda: len(first.programs()) == 6, 20, lambda: str(first.programs()))
    _a_second_one_is_refused(corredor, tmp_path / "data", port)

    before = number("crm_lead")
    assert Visitor(port).bring_in(sheet()) == 202
    seen = wait_for(lambda: number("crm_importrow"), 60, first.said)
    everyone = descendants(first.process.pid)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    wait_for(lambda: not any(map(alive, everyone)), 10, lambda: str({p: c for p, c in everyone.items() if alive(p)}))

    migrated = (tmp_path / "data/logs/migrate.log").stat().st_mtime_ns
    second = start()
    assert second.until("Corredor is at") < 30, "a start without anything new to do takes 2 seconds on an idle machine"
    assert (tmp_path / "data/logs/migrate.log").stat().st_mtime_ns == migrated
    kept = number("crm_importrow")
    assert seen <= kept < NEW + AGAIN, f"lost, or killed too late: {kept} rows"
    wait_for(lambda: len(second.programs()) == 6, 20, lambda: str(second.programs()))
    ask("UPDATE core_job SET lease_until = now() WHERE state = 'running'")  # as if its 30 seconds had passed
    wait_for(lambda: ask("SELECT state FROM crm_leadimport") == "done", 90, second.said)
    counts = ask("SELECT total_rows, created_rows, merged_rows, rejected_rows FROM crm_leadimport")
    assert counts == f"{NEW + AGAIN}|{NEW}|{AGAIN}|0"
    rows = ask("SELECT count(*), count(DISTINCT number), max(number) FROM crm_importrow")
    assert rows == "|".join([str(NEW + AGAIN)] * 3)
    assert number("crm_lead") == before + NEW
    assert ask(TWICE) == "0"
    _stops_in_order(second, Folders(tmp_path / "data"))


def _a_second_one_is_refused(corredor, data, port):
    refused = corredor("up", "--port", port, "--data", data)
    assert refused.returncode == 1
    assert f"port {port} is in use" in refused.stderr
    refused = corredor("up", "--port", port + 1, "--data", data)
    assert refused.returncode == 1
    assert f"Corredor is already running on {data}" in refused.stderr


def _stops_in_order(stack, folders):
    everyone = descendants(stack.process.pid)
    stack.process.send_signal(signal.SIGINT)
    assert stack.process.wait(60) == 0
    assert stack.said().rstrip().endswith("Stopped.")
    assert "killed" not in stack.said()
    assert not any(map(alive, everyone))
    logs = {path.stem: path.stat().st_mtime_ns for path in folders.logs.glob("*.log")}
    assert logs["web"] < logs["valkey"] < logs["postgres"]
    assert re.search(r"database system is shut down\s*$", (folders.logs / "postgres.log").read_text())
    assert os.listdir(folders.run) == []
