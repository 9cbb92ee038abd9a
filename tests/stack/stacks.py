"""A whole `./corredor up` to start, kill and look into."""

import http.client
import http.cookiejar
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import suppress
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
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

    def until(self, text, seconds=240):
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
