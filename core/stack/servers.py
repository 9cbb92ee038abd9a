"""The embedded servers for a command that needs them for its own duration: manage, test, bench."""

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from core.stack import postgres, valkey, variables
from core.stack.folders import ROOT, Folders, locked
from core.stack.supervisor import Supervisor
from core.stack.trouble import of_os_error


def start(supervisor: Supervisor, folders: Folders, *, throwaway: bool = False) -> None:
    """Start those servers that the operator has not got elsewhere."""
    if variables.uses_embedded_postgres():
        postgres.start(supervisor, folders, throwaway=throwaway)
    if variables.uses_embedded_valkey():
        valkey.start(supervisor, folders)


UP = "up"  # what the lock file of a data folder says while `up` holds it


@contextmanager
def running(folders: Folders, *, throwaway: bool = False) -> Iterator[None]:
    """Have the servers of this data folder running: those of an `up` in another terminal, or one's own for a while."""
    make(folders.data)
    lock = folders.data / "lock"
    with ExitStack() as stack:
        free = stack.enter_context(locked(lock))
        if not free and lock.read_text() != UP:  # another manage: its servers go when it ends
            free = stack.enter_context(locked(lock, wait=True))
        if free:
            lock.write_text("")
            folders.prepare()
            supervisor = stack.enter_context(Supervisor(logs=folders.logs))
            start(supervisor, folders, throwaway=throwaway)
        yield


@contextmanager
def first_free(parent: Path) -> Iterator[Folders]:
    """A data folder below `parent` that nobody else uses just now: two test runs at once do not meet."""
    make(parent)
    number = 0
    while True:
        number += 1
        folders = Folders(parent / str(number))
        make(folders.data)
        with locked(folders.data / "busy") as free:
            if free:
                yield folders
                return


def make(folder: Path) -> None:
    """Make a folder and those above it. Raises Trouble when that is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise of_os_error(error, folder) from error


def call(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command in the foreground, on this terminal, and give its exit code.

    Ctrl-C reaches it by itself, SIGTERM is passed on; either way it ends in its own time and we wait for that.
    """
    process = subprocess.Popen(list(command), env=environment, cwd=ROOT)
    old = signal.signal(signal.SIGINT, signal.SIG_IGN), signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, old[0])
        signal.signal(signal.SIGTERM, old[1])
