"""The whole stack is killed in mid-import and started again: the import goes on by itself, no row twice, none lost."""

import http.cookiejar
import re
import signal
import urllib.parse
import urllib.request
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from core.stack import postgres
from core.stack.folders import Folders
from tests.stack.conftest import alive
from tests.stack.stacks import descendants, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
NEW, AGAIN = 2400, 100  # rows; the last hundred are the first hundred again
TWICE = """SELECT count(*) FROM (
    SELECT broker_id, phone_e164 FROM crm_lead WHERE phone_e164 <> '' GROUP BY 1, 2 HAVING count(*) > 1) AS twice"""


def sheet():
    numbers = [*range(NEW), *range(AGAIN)]
    return "\n".join(["Nombre;Teléfono", *(f"Persona {n};9{71_000_000 + n}" for n in numbers)]).encode()


class Visitor:
    """Camila of the demo, signed in with her password, as a browser is."""

    def __init__(self, port):
        self.base = f"http://localhost:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        login = f"{self.base}/accounts/login/"
        page = self.opener.open(login).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = {"login": "camila@andes.example", "password": "corredor-demo", "csrfmiddlewaretoken": token}
        self.opener.open(login, urllib.parse.urlencode(form).encode())

    def bring_in(self, content):
        """Send the file to the API; the status it answers."""
        form = MIMEMultipart("form-data")
        parts = {"consent_basis": MIMEText("request"), "file": MIMEApplication(content, "csv")}
        for name, part in parts.items():
            more = {"filename": "planilla.csv"} if name == "file" else {}
            part.add_header("Content-Disposition", "form-data", name=name, **more)
            form.attach(part)
        headers, _, body = form.as_bytes().partition(b"\n\n")
        boundary = form.get_boundary()
        assert boundary.encode() in headers
        request = urllib.request.Request(f"{self.base}/api/v1/leads/import/", body.replace(b"\n", b"\r\n"))
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        request.add_header("X-CSRFToken", next(one.value for one in self.cookies if "csrf" in one.name))
        return self.opener.open(request).status


def test_kill_9_of_everything_in_mid_import(start, tmp_path, port):
    folders = Folders(tmp_path / "data")

    def ask(sql):
        return postgres.query(folders, sql)

    first = start()
    first.until("Corredor is at")
    first.until("corredor-demo", seconds=30)
    before = int(ask("SELECT count(*) FROM crm_lead"))
    assert Visitor(port).bring_in(sheet()) == 202
    wait_for(lambda: int(ask("SELECT count(*) FROM crm_importrow")), 60, first.said)
    everyone = descendants(first.process.pid)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    wait_for(lambda: not any(map(alive, everyone)), 10, lambda: str({p: c for p, c in everyone.items() if alive(p)}))

    second = start()
    second.until("Corredor is at")
    kept = int(ask("SELECT count(*) FROM crm_importrow"))
    assert 0 < kept < NEW + AGAIN, f"killed too late: {kept} rows"
    ask("UPDATE core_job SET lease_until = now() WHERE state = 'running'")  # as if its 30 seconds had passed
    wait_for(lambda: ask("SELECT state FROM crm_leadimport") == "done", 90, second.said)
    counts = ask("SELECT total_rows, created_rows, merged_rows, rejected_rows FROM crm_leadimport")
    assert counts == f"{NEW + AGAIN}|{NEW}|{AGAIN}|0"
    assert ask("SELECT count(*), count(DISTINCT number), max(number) FROM crm_importrow") == "|".join(
        [str(NEW + AGAIN)] * 3
    )
    assert int(ask("SELECT count(*) FROM crm_lead")) == before + NEW
    assert ask(TWICE) == "0"
