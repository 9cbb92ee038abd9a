"""A simulation as JSON holds it: in a job's result, and in the API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.simulation.outcome import Line, Outcome, Wait, Way


def dump(outcome: Outcome) -> dict[str, Any]:
    """All of it."""
    return {
        "start": outcome.start.isoformat(),
        "until": outcome.until.isoformat(),
        "zone": outcome.zone,
        "cut": outcome.cut,
        "ways": [_way(way) for way in outcome.ways],
    }


def load(stored: Mapping[str, Any]) -> Outcome:
    """The same again."""
    return Outcome(
        _at(stored["start"]),
        _at(stored["until"]),
        stored["zone"],
        [_loaded(way) for way in stored["ways"]],
        stored["cut"],
    )


def _way(way: Way) -> dict[str, Any]:
    return {
        "lead": way.public_id,
        "key": way.lead_id,
        "name": way.name,
        "refused": way.refused,
        "lines": [_line(line) for line in way.lines],
        "ended": way.ended,
        "next": way.next_at.isoformat() if way.next_at else None,
    }


def _line(line: Line) -> dict[str, Any]:
    told = {name: getattr(line, name) for name in _PLAIN}
    waits = [{"at": each.at.isoformat(), "until": each.until.isoformat(), "said": each.said} for each in line.waits]
    return told | {"due": line.due.isoformat(), "at": line.at.isoformat(), "trace": dict(line.trace), "waits": waits}


def _loaded(way: Mapping[str, Any]) -> Way:
    lines = [
        Line(
            **{name: line[name] for name in _PLAIN},
            due=_at(line["due"]),
            at=_at(line["at"]),
            trace=line["trace"],
            waits=[Wait(_at(each["at"]), _at(each["until"]), each["said"]) for each in line["waits"]],
        )
        for line in way["lines"]
    ]
    next_at = _at(way["next"]) if way["next"] else None
    return Way(way["key"], way["lead"], way["name"], way["refused"], lines, next_at, way["ended"])


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


_PLAIN = ("number", "action", "became", "reason", "channel", "subject", "body", "zone")
