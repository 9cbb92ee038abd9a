"""One child process of the supervisor: how it is started, heard and stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launch.py")
LOG_BYTES = 10 * 1024 * 1024  # a log file is moved to <name>.log.1 when it grows past this
TAIL_LINES = 30


@dataclass(frozen=True)
class Program:
    """What to run and how to end it. Seconds for `grace`, signal numbers for the rest."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0  # after stop_signal, before SIGKILL
    death_signal: int = signal.SIGKILL  # sent by the kernel when the supervisor dies without stopping anybody
    namespace: bool = False  # run as an ordinary user inside a user namespace (PostgreSQL under root)
    shown: bool = True  # repeat its lines on the terminal; the log file has them always


class Terminal:
    """Writes whole lines to standard output; goes quiet when nobody listens any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def line(self, text: str, prefix: str = "") -> None:
        """Write one line, after `prefix` (a process name) if given."""
        with self._lock:
            try:
                sys.stdout.write(f"{prefix:<9}| {text}\n" if prefix else f"{text}\n")
                sys.stdout.flush()
            except (OSError, ValueError):  # `./corredor up | head`: what was said is in the logs
                return


class LogFile:
    """A log that keeps itself below twice LOG_BYTES. A disk that fills up does not stop the stack."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] = path.open("ab")

    def write(self, line: bytes) -> None:
        """Append one line, its newline included."""
        try:
            if self._file.tell() > LOG_BYTES:
                self._file.close()
                self._path.replace(self._path.with_suffix(".log.1"))
                self._file = self._path.open("ab")
            self._file.write(line)
            self._file.flush()
        except OSError:
            return

    def close(self) -> None:
        """Close the file; lines written later are lost."""
        try:
            self._file.close()
        except OSError:
            return


class Child:
    """A started Program. Start it from the main thread: the kernel ties it to the thread that made it."""

    def __init__(self, program: Program, *, logs: Path, terminal: Terminal) -> None:
        self.program = program
        self.started = time.monotonic()
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._terminal = terminal
        self._log = LogFile(logs / f"{program.name}.log")
        self._process = subprocess.Popen(
            [
                sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(program.death_signal)),
                str(int(program.namespace)), *program.command,
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=dict(program.environment), start_new_session=True,  # Ctrl-C reaches the supervisor alone
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, name=f"log-{program.name}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id, which is also its session and process group."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """The exit code, negative for a signal, or None while it runs."""
        return self._process.poll()

    def last_words(self) -> list[str]:
        """The last lines it wrote, complete once it has ended."""
        self._reader.join(timeout=1)
        return list(self.tail)

    def signal(self, number: int) -> None:
        """Send a signal if it still runs."""
        if self._process.poll() is None:
            self._process.send_signal(number)

    def stop(self) -> bool:
        """Ask it to stop, wait for its grace, then kill it and what it left behind. True when it went by itself."""
        self.signal(self.program.stop_signal)
        try:
            self._process.wait(self.program.grace)
            went = True
        except subprocess.TimeoutExpired:
            went = False
        self._kill_group()
        self._process.wait()
        self._reader.join(timeout=1)
        self._log.close()
        return went

    def _kill_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # nobody left
            return

    def _read(self) -> None:
        stream = self._process.stdout
        if stream is None:
            raise AssertionError("children are started with a pipe")
        for line in iter(stream.readline, b""):
            text = line.decode(errors="replace").rstrip()
            self.tail.append(text)
            self._log.write(line)
            if self.program.shown:
                self._terminal.line(text, self.program.name)
        stream.close()
