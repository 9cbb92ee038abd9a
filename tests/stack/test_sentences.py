"""Whatever stops a newcomer is said in one sentence, with what to do about it, and a non-zero exit code."""

import errno
import os
import socket

import pytest

from core.stack import environment, folders, linting
from core.stack.trouble import Trouble, of_os_error


def test_a_busy_port_is_named_with_a_free_one(corredor, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = corredor("up", "--port", port, "--data", tmp_path / "data")
    assert done.returncode == 1
    assert f"port {port} is in use by another program" in done.stderr
    assert "--port " in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("place", ["/proc/corredor", "/dev/null/corredor"])
def test_an_unwritable_folder_is_named(corredor, port, place):
    done = corredor("up", "--port", port, "--data", place)
    assert done.returncode == 1
    assert f"{place} cannot be written" in done.stderr
    assert "--data" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_option_that_makes_no_sense_is_refused(corredor):
    done = corredor("up", "--port", "70000")
    assert done.returncode == 2
    assert "1 to 65535" in done.stderr


def test_a_full_disk_is_said(tmp_path):
    with pytest.raises(Trouble, match=r"is full .* MB needed\): free some space"):
        folders.require_room(tmp_path, 1 << 60)


def test_a_disk_that_fills_up_while_writing_is_said():
    with pytest.raises(OSError, match="No space") as caught, open("/dev/full", "w") as full:
        full.write("x")
    assert "is full: free some space" in str(of_os_error(caught.value, "/data"))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOTDIR])
def test_other_errors_of_the_disk_are_said(number):
    assert "cannot be written" in str(of_os_error(OSError(number, os.strerror(number)), "/data"))


def test_a_python_without_venv_gets_the_line_to_type():
    with pytest.raises(Trouble, match=r"sudo apt install python3\.\d+-venv"):
        environment.require_venv(("venv", "module_that_nobody_has"))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "WARNING: Retrying … NewConnectionError: Failed to resolve 'pypi.org'\nERROR: No matching …",
            "check the network",
        ),
        ("error: Failed to fetch: `https://pypi.org/simple/django/`\n dns error", "check the network"),
        ("OSError: [Errno 28] No space left on device", "is full"),
        ("The virtual environment was not created successfully because ensurepip is not available.", "apt install"),
        ("Permission denied: '/srv/.venv/bin'", "cannot be written"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "could not be installed"),
    ],
)
def test_an_installation_that_fails_says_what_to_do(said, sentence):
    assert sentence in environment.install_sentence(said)


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_one_database_url_alone_is_refused(corredor, port, tmp_path, name):
    done = corredor("up", "--port", port, "--data", tmp_path, **{name: "postgres://a@b/c"})
    assert done.returncode == 1
    assert f"{name} is set alone" in done.stderr


def test_an_unknown_lint_tool_is_refused():
    with pytest.raises(Trouble, match=r"no tool flake9: there are mypy"):
        linting.lint(["flake9"])


def test_an_unknown_bench_goal_is_refused(corredor):
    done = corredor("bench", "flying")
    assert done.returncode == 1
    assert "there is no bench goal flying" in done.stderr
