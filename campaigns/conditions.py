"""Conditions of steps: what may be asked, and whether it holds for a lead. Pure, but for the checking of tags."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from campaigns.enums import ConditionKind
from crm.enums import Channel, LeadStatus, Qualification, Stage
from crm.models import Lead, Tag

MOST = 10
_TOP = 100
_REPLIES = (ConditionKind.REPLIED, ConditionKind.NOT_REPLIED)
_TAGS = (ConditionKind.HAS_TAG, ConditionKind.NO_TAG)
_LISTS: dict[str, type[models.TextChoices]] = {
    ConditionKind.STAGE_IN: Stage,
    ConditionKind.STATUS_IN: LeadStatus,
    ConditionKind.QUALIFICATION_IN: Qualification,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What conditions look at."""

    lead: Lead
    enrolled_at: datetime
    done: Mapping[str, datetime] = field(default_factory=dict)
    """When earlier steps were done, by their public id."""
    tags: frozenset[str] = frozenset()
    """Public ids."""
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """Whether a condition held, and what it saw."""

    condition: Mapping[str, Any]
    holds: bool
    saw: Any = None

    def stored(self) -> dict[str, Any]:
        """As it stands in a trace."""
        return {**self.condition, "held": self.holds, "saw": self.saw}


def checked(conditions: object, *, steps: Sequence[str]) -> list[dict[str, Any]]:
    """Conditions as they are stored. `steps` are the public ids a reply may be counted from.

    Raises ValidationError with what is wrong.
    """
    if not isinstance(conditions, list) or len(conditions) > MOST:
        raise ValidationError({"conditions": [_("Son una lista de hasta %(most)s condiciones.") % {"most": MOST}]})
    return [_checked(each, steps) for each in conditions]


def judge(conditions: Sequence[Mapping[str, Any]], known: Known) -> list[Held]:
    """What each condition says of a lead."""
    return [_JUDGES[ConditionKind(each["kind"])](each, known) for each in conditions]


def asks(conditions: Sequence[Mapping[str, Any]], *kinds: ConditionKind) -> bool:
    """Whether one of the kinds is among them: what nobody asks for is not loaded."""
    return any(each["kind"] in kinds for each in conditions)


def _checked(given: object, steps: Sequence[str]) -> dict[str, Any]:
    if not isinstance(given, Mapping) or given.get("kind") not in ConditionKind.values:
        raise _wrong(_("Esa condición no existe."))
    kind = ConditionKind(given["kind"])
    values = {key: value for key, value in given.items() if key != "kind" and value not in (None, "", [])}
    clean = _read(kind, values, steps)
    if unknown := values.keys() - clean.keys():
        raise _wrong(_("La condición «%(kind)s» no lleva «%(key)s».") % {"kind": kind.label, "key": min(unknown)})
    return {"kind": kind.value, **clean}


def _read(kind: ConditionKind, values: Mapping[str, Any], steps: Sequence[str]) -> dict[str, Any]:
    if kind in _REPLIES:
        return _since(values, steps)
    if kind in _LISTS:
        return _some_of(values, _LISTS[kind])
    if kind == ConditionKind.SCORE_BETWEEN:
        return _between(values)
    if kind == ConditionKind.HAS_CHANNEL:
        if values.get("channel") not in Channel.values:
            raise _wrong(_("Ese canal no existe."))
        return {"channel": values["channel"]}
    return {"tag": _tag(values.get("tag"))}


def _since(values: Mapping[str, Any], steps: Sequence[str]) -> dict[str, Any]:
    if "step" not in values:
        return {}
    if str(values["step"]) not in steps:
        raise _wrong(_("La respuesta se cuenta desde un paso anterior de la misma campaña."))
    return {"step": str(values["step"])}


def _some_of(values: Mapping[str, Any], words: type[models.TextChoices]) -> dict[str, Any]:
    wanted = values.get("values")
    if not isinstance(wanted, list) or not wanted or not all(each in words.values for each in wanted):
        raise _wrong(_("Elige al menos un valor de la lista."))
    return {"values": [str(each) for each in wanted]}


def _between(values: Mapping[str, Any]) -> dict[str, Any]:
    clean = {key: values[key] for key in ("min", "max") if key in values}
    numbers = list(clean.values())
    if not numbers or not all(isinstance(each, int) and not isinstance(each, bool) for each in numbers):
        raise _wrong(_("Di desde o hasta qué puntaje."))
    if not 0 <= clean.get("min", 0) <= clean.get("max", _TOP) <= _TOP:
        raise _wrong(_("El puntaje va de 0 a 100."))
    return clean


def _tag(value: object) -> str:
    try:
        wanted = UUID(str(value))
    except ValueError:
        raise _wrong(_("Esa etiqueta no existe.")) from None
    if not Tag.objects.filter(public_id=wanted).exists():
        raise _wrong(_("Esa etiqueta no existe."))
    return str(wanted)


def _wrong(text: str) -> ValidationError:
    return ValidationError({"conditions": [text]})


def _replied(condition: Mapping[str, Any], known: Known) -> Held:
    since = known.done.get(condition.get("step", ""), known.enrolled_at)
    wrote = known.lead.last_inbound_at
    has = wrote is not None and wrote > since
    wanted = condition["kind"] == ConditionKind.REPLIED
    return Held(condition, has == wanted, wrote.isoformat() if has and wrote else None)


def _among(column: str) -> Callable[[Mapping[str, Any], Known], Held]:
    def look(condition: Mapping[str, Any], known: Known) -> Held:
        value = getattr(known.lead, column)
        return Held(condition, value in condition["values"], value)

    return look


def _scored(condition: Mapping[str, Any], known: Known) -> Held:
    score = known.lead.score
    inside = score is not None and condition.get("min", 0) <= score <= condition.get("max", _TOP)
    return Held(condition, inside, score)


def _tagged(condition: Mapping[str, Any], known: Known) -> Held:
    has = condition["tag"] in known.tags
    return Held(condition, has == (condition["kind"] == ConditionKind.HAS_TAG), has)


def _reachable(condition: Mapping[str, Any], known: Known) -> Held:
    return Held(condition, condition["channel"] in known.channels, sorted(known.channels))


_JUDGES: dict[ConditionKind, Callable[[Mapping[str, Any], Known], Held]] = {
    ConditionKind.REPLIED: _replied,
    ConditionKind.NOT_REPLIED: _replied,
    ConditionKind.STAGE_IN: _among("stage"),
    ConditionKind.STATUS_IN: _among("status"),
    ConditionKind.QUALIFICATION_IN: _among("qualification"),
    ConditionKind.SCORE_BETWEEN: _scored,
    ConditionKind.HAS_TAG: _tagged,
    ConditionKind.NO_TAG: _tagged,
    ConditionKind.HAS_CHANNEL: _reachable,
}
