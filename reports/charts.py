"""Drawings as numbers: where each bar stands.

Lengths across are percent, so that one drawing fits any width; heights are pixels: texts stay readable on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.tables import Bar, Days

_LABEL, _BAR, _NOTE = 17, 26, 52
_PLAIN, _NOTED = 46, 62
_BASE, _TALL = 110, 96
_GAP = 0.28  # of a column's place


@dataclass(frozen=True, slots=True)
class Row:
    """A bar and where its parts stand."""

    bar: Bar
    top: int
    height: int
    length: str
    tick: str

    @property
    def label_y(self) -> int:
        """The line of its name and number."""
        return self.top + _LABEL

    @property
    def bar_y(self) -> int:
        """The upper edge of the bar."""
        return self.top + _BAR

    @property
    def tick_y(self) -> int:
        """The upper end of the tick, a little above the bar."""
        return self.bar_y - 3

    @property
    def note_y(self) -> int:
        """The line under the bar."""
        return self.top + _NOTE


@dataclass(frozen=True, slots=True)
class Column:
    """A day's column."""

    label: str
    number: int
    x: str
    y: str
    width: str
    height: str


def rows(bars: Sequence[Bar]) -> list[Row]:
    """The bars one under the other; those without a note need less room."""
    noted = any(bar.note for bar in bars)
    step = _NOTED if noted else _PLAIN
    return [
        Row(bar, number * step, step - 4, _percent(bar.share), "" if bar.tick is None else _percent(bar.tick))
        for number, bar in enumerate(bars)
    ]


def height(bars: Sequence[Bar]) -> int:
    """Of the whole drawing, in pixels."""
    drawn = rows(bars)
    return drawn[-1].top + drawn[-1].height if drawn else 0


def columns(days: Days) -> list[Column]:
    """The days side by side; a day without anything leaves a gap."""
    top = max((number for _day, number in days.columns), default=0) or 1
    place = 100 / max(1, len(days.columns))
    drawn = []
    for number, (label, count) in enumerate(days.columns):
        tall = _TALL * count / top
        x, width = number * place + place * _GAP / 2, place * (1 - _GAP)
        drawn.append(Column(label, count, f"{x:.3f}", f"{_BASE - tall:.1f}", f"{width:.3f}", f"{tall:.1f}"))
    return drawn


def _percent(share: float) -> str:
    return f"{100 * min(1.0, share):.2f}"
