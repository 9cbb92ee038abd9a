"""CSV as it really comes: quotes that never close, line breaks inside cells, endless lines. Linear time, flat memory.

The csv module reads on to the end of the file after an unclosed quote; here such a quote costs its own row only.
"""

import io
from collections import deque
from collections.abc import Iterable, Iterator

from crm.imports.remarks import CELL_TOO_LONG, UNCLOSED_QUOTE

LONGEST_LINE = 2_000_000
LONGEST_RECORD = 500_000
"""Characters a quoted cell may run over further lines before its quote counts as unclosed."""
MOST_LINES = 500
FORGIVEN = 3
"""After so many unclosed quotes the file's quotes mean nothing, and each line is a row."""

Line = tuple[str, bool]
"""A physical line, and whether it was cut at LONGEST_LINE."""
Cells = tuple[list[str], tuple[str, ...]]
"""The cells of a record, and codes of what is wrong with it."""


def lines_of(data: bytes, encoding: str) -> Iterator[Line]:
    """The physical lines of a file, NULs taken out, without ever holding more than one."""
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")
    while line := stream.readline(LONGEST_LINE):
        cut = len(line) == LONGEST_LINE and not line.endswith(("\n", "\r"))
        if cut:
            _skip_line(stream)
        yield line.replace("\0", ""), cut


def records(lines: Iterable[Line], delimiter: str) -> Iterator[Cells]:
    """Rows of cells. A line break inside quotes belongs to its cell."""
    source = _Pushback(lines)
    forgiven = 0
    for line, cut in source:
        if cut:
            yield _literal(line, delimiter), (CELL_TOO_LONG,)
            continue
        record = _Record(delimiter)
        if (forgiven < FORGIVEN and record.feed(line)) or (
            forgiven < FORGIVEN and _complete(record, source, len(line))
        ):
            yield record.cells, ()
        else:
            forgiven += record.is_open
            yield _literal(line, delimiter), (UNCLOSED_QUOTE,) if record.is_open else ()


class _Pushback:
    """Lines that can be given back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._returned: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        return self._returned.popleft() if self._returned else next(self._lines)

    def give_back(self, lines: list[Line]) -> None:
        self._returned.extendleft(reversed(lines))


class _Record:
    """A record read line by line, each character once."""

    def __init__(self, delimiter: str) -> None:
        self.cells: list[str] = []
        self._delimiter = delimiter
        self._open: list[str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a quote waits to be closed."""
        return self._open is not None

    def feed(self, line: str) -> bool:
        """Take one line in; True when the record is complete."""
        body = line.rstrip("\r\n")
        at = 0 if self._open is None else self._quoted(body, 0)
        while 0 <= at <= len(body):
            if body.startswith('"', at):
                self._open = []
                at = self._quoted(body, at + 1)
            else:
                at = self._plain(body, at, "")
        return self._open is None

    def _quoted(self, body: str, at: int) -> int:
        """Read on inside quotes; the place after the cell, or -1 when the quote is still open."""
        parts = self._open if self._open is not None else []
        while (end := body.find('"', at)) >= 0:
            parts.append(body[at:end])
            if not body.startswith('"', end + 1):
                self._open = None
                return self._plain(body, end + 1, "".join(parts))
            parts.append('"')
            at = end + 2
        parts.append(f"{body[at:]}\n")
        return -1

    def _plain(self, body: str, at: int, lead: str) -> int:
        """Read up to the delimiter; the place after it."""
        end = body.find(self._delimiter, at)
        end = len(body) if end < 0 else end
        self.cells.append(lead + body[at:end])
        return end + 1


def _complete(record: _Record, source: _Pushback, length: int) -> bool:
    """Feed further lines until the quote closes; give them back when it does not within bounds."""
    taken: list[Line] = []
    for line, cut in source:
        taken.append((line, cut))
        length += len(line)
        if not cut and record.feed(line):
            return True
        if cut or length > LONGEST_RECORD or len(taken) >= MOST_LINES:
            break
    source.give_back(taken)
    return False


def _literal(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotes mean nothing."""
    return [cell.strip('"') for cell in line.rstrip("\r\n").split(delimiter)]


def _skip_line(stream: io.TextIOWrapper) -> None:
    while more := stream.readline(LONGEST_LINE):
        if more.endswith(("\n", "\r")):
            return
