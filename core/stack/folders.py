"""Where a running Corredor keeps its things: one data folder, `var/` unless --data says otherwise."""

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.stack.trouble import Trouble, of_os_error

ROOT = Path(__file__).resolve().parents[2]
SOCKET_PATH_BYTES = 100  # sun_path is 108 on Linux, 104 on macOS, and the servers append names of their own
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432.lock")
ROOM_NEEDED = 200 * 1024 * 1024  # a new database takes 40 MB, its log another 16 to 64, the rest is air to work in


@dataclass(frozen=True)
class Folders:
    """The paths inside one data folder. `prepare()` makes them; nothing else does."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def static(self) -> Path:
        return self.data / "static"

    @property
    def run(self) -> Path:
        """The folder of the sockets: in the data folder, or a short private one where that path is too long."""
        inside = self.data / "run"
        length = len(os.fsencode(inside)) + LONGEST_SOCKET_NAME
        if length <= SOCKET_PATH_BYTES and re.fullmatch(r"[\w./-]+", str(inside), re.ASCII):
            return inside
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        if len(os.fsencode(base)) > SOCKET_PATH_BYTES // 2:
            base = "/tmp"  # noqa: S108 -- the folder below it is private and its owner is checked
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(base) / f"corredor-{os.geteuid()}-{digest}"

    @property
    def port(self) -> int:
        """The port of the last `up` here, for links that other commands print; 8000 when there was none."""
        try:
            return int((self.data / "port").read_text())
        except (OSError, ValueError):
            return 8000

    def prepare(self) -> None:
        """Make the folders, private to this user. Raises Trouble when they cannot be made or the disk is full."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            require_room(self.data, ROOM_NEEDED)
            for folder in (self.valkey, self.logs, self.run):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_private(self.run)
            with tempfile.TemporaryFile(dir=self.data) as probe:
                probe.write(b"x")
        except OSError as error:
            raise of_os_error(error, self.data) from error


def require_room(folder: Path, needed: int) -> None:
    """Raise Trouble when the disk of `folder` has fewer than `needed` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Trouble(
            f"the disk that holds {folder} is full ({free >> 20} MB left, {needed >> 20} MB needed): "
            "free some space, or choose another folder with --data."
        )


def _require_private(folder: Path) -> None:
    """The servers trust whoever reaches their sockets, so the folder must be ours and closed to everybody else."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Trouble(f"{folder} is somebody else's: remove it, or choose another folder with --data.")
    folder.chmod(0o700)


@contextmanager
def locked(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold an exclusive lock on the file at `path`; it ends with the process.

    Yields False when another process has it, unless told to wait for that one to end.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
