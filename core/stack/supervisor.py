"""Starts children in order, keeps them running, stops them in the reverse order.

Ordered, because Django needs the database and the database must be the last to go; honcho and its kin stop all at once.
"""

import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Self

from core.stack.processes import Child, Program, Terminal
from core.stack.trouble import Trouble

STEP = 0.02  # seconds between two looks while waiting for something to become ready
WATCH = 0.2  # seconds between two looks at running children
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a dead child is started again: doubled each time
STEADY = 60.0  # seconds after which a child counts as healthy and its pause starts over


class Stopped(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived while something was being waited for."""


class Supervisor:
    """A context manager: whatever was started inside is stopped on the way out, last first."""

    def __init__(self, *, logs: Path, terminal: Terminal | None = None) -> None:
        self.terminal = terminal or Terminal()
        self._logs = logs
        self._children: list[Child] = []
        self._pauses: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._stopping = False
        self._handlers: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        try:
            self.stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    def run(self, program: Program) -> int:
        """Run a program to its end and give its exit code. Raises Stopped when asked to stop meanwhile."""
        child = self._spawn(program)
        try:
            self._until(lambda: child.exit_code() is not None)
        finally:
            child.stop()
        return child.exit_code() or 0

    def output_of(self, program: Program) -> tuple[int, list[str]]:
        """Run a program to its end; its exit code and last lines."""
        child = self._spawn(program)
        try:
            self._until(lambda: child.exit_code() is not None)
            return child.exit_code() or 0, child.last_words()
        finally:
            child.stop()

    def start(
        self,
        program: Program,
        *,
        ready: Callable[[], bool] = lambda: True,
        within: float = 30.0,
        retry: Sequence[str] = (),
    ) -> None:
        """Start a child and wait until `ready()`.

        A child that dies saying one of `retry` is started again, until `within` seconds are over.
        Raises Trouble with its last lines when it dies otherwise or is not ready in time, Stopped when asked to stop.
        """
        deadline = time.monotonic() + within
        child = self._spawn(program)
        self._children.append(child)
        while not ready():
            if child.exit_code() is not None:
                words = "\n".join(child.last_words())
                if not any(said in words for said in retry) or time.monotonic() > deadline:
                    raise Trouble(f"{program.name} did not start (exit code {child.exit_code()}).\n{words}".strip())
                child.stop()
                self._pause(STEP * 10)
                child = self._children[-1] = self._spawn(program)
            elif time.monotonic() > deadline:
                words = "\n".join(child.tail)
                raise Trouble(f"{program.name} was not ready within {within:.0f} seconds.\n{words}".strip())
            self._pause(STEP)

    def watch(self) -> None:
        """Keep the children running until asked to stop; a dead one comes back after a pause that doubles."""
        while not self._stopping:
            for place, child in enumerate(self._children):
                self._revive(place, child)
            time.sleep(WATCH)

    def stop(self) -> None:
        """Stop every child, the last started first."""
        while self._children:
            child = self._children.pop()
            if not child.stop():
                self.terminal.line(f"{child.program.name} did not stop within {child.program.grace:.0f} s: killed.")

    def pids(self) -> dict[str, int]:
        """The process ids of the children by name, in the order of their start."""
        return {child.program.name: child.pid for child in self._children}

    def _spawn(self, program: Program) -> Child:
        if self._stopping:
            raise Stopped
        return Child(program, logs=self._logs, terminal=self.terminal)

    def _revive(self, place: int, child: Child) -> None:
        code, name, now = child.exit_code(), child.program.name, time.monotonic()
        if code is None:
            if now - child.started > STEADY:
                self._pauses.pop(name, None)
            return
        if name not in self._due:
            pause = self._pauses.get(name, FIRST_PAUSE)
            self._pauses[name] = min(pause * 2, LONGEST_PAUSE)
            self._due[name] = now + pause
            child.stop()  # what it left in its process group
            self.terminal.line(f"{name} ended (exit code {code}); starting it again in {pause:.0f} s.")
        elif now >= self._due[name]:
            del self._due[name]
            self._children[place] = self._spawn(child.program)

    def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._pause(STEP)

    def _pause(self, seconds: float) -> None:
        if self._stopping:
            raise Stopped
        time.sleep(seconds)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
