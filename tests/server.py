"""The application as it is served: uvicorn with config.asgi, a process of its own on the database of the tests."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

STOPS_WITHIN = 20


def database_url():
    """DATABASE_URL, but the tests' database."""
    return os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(**environment):
    """The process and its address, from when it answers until it has stopped."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--no-access-log",
               "--log-level", "warning", "--timeout-graceful-shutdown", "10"]  # fmt: skip
    env = os.environ | {"DATABASE_URL": database_url(), "WEB_THREADS": "6", "LOG_LEVEL": "WARNING"} | environment
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url)
        yield process, url
    finally:
        process.terminate()
        process.wait(STOPS_WITHIN)


def _wait(process, url):
    for _ in range(300):
        try:
            urlopen(f"{url}/healthz", timeout=2).close()
        except (URLError, OSError):
            assert process.poll() is None, "uvicorn ended"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("uvicorn does not answer")
