"""What the gate says, in words a person can act on: what is the matter, and the way out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext

from messaging.gate.sentences import LINES, Exit
from messaging.gate.verdict import Ruling, Said


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence, what to do about it, and where."""

    text: str
    todo: str = ""
    exit: Exit = Exit.NONE


CODES = frozenset(LINES)
_KNOWN_WHEN = frozenset(
    "holiday weekday hours own_hours scope_hours country_cap own_day_cap own_week_cap account_full budget_spent".split()  # noqa: SIM905
)
"""Waits of which one knows how they end; after the others it is only looked at again."""


def of(said: Said) -> Words:
    """What a check said, in the reader's language; nothing where it has nothing to say."""
    return of_code(said.code, dict(said.data), until=said.until if said.ruling is Ruling.WAIT else None)


def of_stored(check: Mapping[str, Any], *, at: datetime | None = None) -> Words:
    """The same of what stands in Message.checks; `at` is when it was asked, if not now."""
    until = datetime.fromisoformat(check["until"]) if check.get("until") else None
    return of_code(str(check.get("code", "")), check.get("data") or {}, until=until, at=at)


def of_code(
    code: str, data: Mapping[str, Any] | None = None, *, until: datetime | None = None, at: datetime | None = None
) -> Words:
    """A code in words; `gate:` in front, as messages keep it, is left away. One nobody knows is shown as it is."""
    known = LINES.get(code.removeprefix("gate:"))
    if known is None:
        return Words(code)
    text, todo, exit_ = known
    zone = _zone(data)
    filled = {
        "registry": "–",
        "most": "",
        "days": "",
        "prefixes": "",
        **(data or {}),
        "time": _clock(at or timezone.now(), zone),
    }
    said = str(text) % filled
    if until is not None and code.removeprefix("gate:") in _KNOWN_WHEN:
        said = f"{said} {_leaves(until, zone)}"
    return Words(said, str(todo), exit_)


def _leaves(until: datetime, zone: ZoneInfo | None) -> str:
    local = until.astimezone(zone)
    day = formats.date_format(local, "l j F")
    return gettext("Sale el %(day)s a las %(time)s, hora de allá.") % {"day": day, "time": _clock(until, zone)}


def _clock(at: datetime, zone: ZoneInfo | None) -> str:
    return formats.time_format(at.astimezone(zone), "H:i")


def _zone(data: Mapping[str, Any] | None) -> ZoneInfo | None:
    """The addressee's zone, as a check stored it; else the reader's."""
    try:
        return ZoneInfo(str((data or {})["zone"]))
    except (KeyError, ValueError, OSError):
        return None
