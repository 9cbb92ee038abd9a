"""The virtual environment in .venv: made once, renewed when the lock file's hash changes. Standard library only."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from core.stack.folders import ROOT
from core.stack.trouble import Trouble

VENV = ROOT / ".venv"
STAMP = VENV / "corredor.json"
LOCKS = {"runtime": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}  # dev contains runtime
# What pip and uv say when they cannot reach the package index.
UNREACHABLE = ("connection", "resolve", "timed out", "unreachable", "failed to fetch", "dns error", "no matching")


def python() -> Path:
    """The interpreter of the environment."""
    return VENV / "bin" / "python"


def inside() -> bool:
    """Whether this process already runs in the environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def ensure(*, dev: bool) -> None:
    """Make the environment, or bring it up to the lock. An environment for developers is never cut down to runtime.

    Costs one small file and one hash when there is nothing to do. Raises Trouble.
    """
    stamp = _stamp()
    kind = "dev" if dev or stamp.get("lock") == "dev" else "runtime"
    wanted = {"lock": kind, "hash": hashlib.sha256(LOCKS[kind].read_bytes()).hexdigest()}
    if stamp == wanted and python().exists():
        return
    with (ROOT / ".venv.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands started together: the second waits and finds it done
        if _stamp() == wanted and python().exists():
            return
        _make(LOCKS[kind])
        STAMP.write_text(json.dumps(wanted) + "\n")


def _stamp() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def _make(lock: Path) -> None:
    uv = _uv()
    if VENV.exists() and not python().exists():  # its base python is gone
        shutil.rmtree(VENV)
    _say(f"corredor: installing the packages of {lock.name} into .venv (once; up to a minute) …")
    if not VENV.exists():
        if uv is None:
            require_venv()
        base = getattr(sys, "_base_executable", None) or sys.executable
        try:
            _run([uv, "venv", "--quiet", "--python", base, str(VENV)] if uv else [base, "-m", "venv", str(VENV)])
        except Trouble:
            shutil.rmtree(VENV, ignore_errors=True)  # half an environment would look like a whole one
            raise
    if uv:
        _run([
            uv, "pip", "install", "--quiet", "--python", str(python()), "--require-hashes", "--compile-bytecode",
            "-r", str(lock),
        ])  # fmt: skip
        return
    if subprocess.run([str(python()), "-c", "import pip"], check=False, capture_output=True).returncode:
        _run([str(python()), "-m", "ensurepip"])  # made by uv, which is gone
    _run([
        str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2",
        "--timeout", "20", "--require-hashes", "-r", str(lock),
    ])  # fmt: skip


def require_venv(modules: tuple[str, ...] = ("venv", "ensurepip")) -> None:
    """Raise Trouble with the line to type when Python comes without its venv modules (Debian, Ubuntu)."""
    if any(importlib.util.find_spec(module) is None for module in modules):
        raise Trouble(_no_venv())


def _no_venv() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (
        f"this Python has no venv module: install it (Debian, Ubuntu: sudo apt install python{version}-venv) "
        "and run this again; having uv on the PATH does as well."
    )


def _uv() -> str | None:
    """A uv that works: on the PATH (a shim there may be hollow), or in the environment for developers."""
    for candidate in (shutil.which("uv"), str(VENV / "bin" / "uv")):
        if candidate and Path(candidate).exists():
            asked = subprocess.run([candidate, "--version"], check=False, capture_output=True)
            if asked.returncode == 0:
                return candidate
    return None


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode == 0:
        return
    raise Trouble(install_sentence(done.stdout + done.stderr))


def install_sentence(said: str) -> str:
    """What to do about an installation that failed, from what pip or uv said."""
    low = said.lower()
    if "no space left" in low or "errno 28" in low:
        return f"the disk that holds {VENV} is full: free some space and run this again."
    if "permission denied" in low:
        return f"{VENV} cannot be written: make it yours (chown, chmod), or remove it, and run this again."
    if "ensurepip is not available" in low:
        return _no_venv()
    if any(sign in low for sign in UNREACHABLE):
        return "the packages could not be downloaded: check the network (HTTPS_PROXY, PIP_INDEX_URL) and try again."
    return f"the packages could not be installed.\n{_last_lines(said)}"


def _last_lines(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-6:])


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
