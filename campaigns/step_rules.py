"""What a step may be. Nothing is stored here (`campaigns.steps`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns import conditions
from campaigns.enums import StepAction, WhenFalse
from campaigns.models import Step
from crm.enums import Stage
from crm.models import Tag
from templates_app.enums import AgentType, TemplateChannel
from templates_app.models import Template

_LONGEST_DELAY = 60 * 24 * 366
_LONGEST_WAIT = 24 * 90
_LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything about a step but its place."""

    action: str = StepAction.SEND_MESSAGE
    channel: str = ""
    delay_minutes: int = 0
    template: Template | None = None
    target_stage: str = ""
    agent_type: str = ""
    assign_to: User | None = None
    tag: Tag | None = None
    note: str = ""
    conditions: Sequence[Mapping[str, Any]] = field(default_factory=list)
    when_false: str = WhenFalse.SKIP
    wait_hours: int | None = None


def checked(wanted: Wanted, before: Sequence[Step]) -> dict[str, Any]:
    """The columns of a step that comes after these; raises ValidationError with what is wrong by field."""
    errors: dict[str, Any] = _choices(wanted) | _needs(wanted) | _numbers(wanted)
    asked: list[dict[str, Any]] = []
    try:
        asked = conditions.checked(list(wanted.conditions), steps=[str(each.public_id) for each in before])
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    values = {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}
    waits = wanted.wait_hours if wanted.when_false == WhenFalse.WAIT else None
    return values | {"conditions": asked, "wait_hours": waits, "note": wanted.note.strip()}


def _choices(wanted: Wanted) -> dict[str, list[str]]:
    known = {
        "action": (wanted.action, StepAction.values),
        "channel": (wanted.channel, ["", *TemplateChannel.values]),
        "target_stage": (wanted.target_stage, ["", *Stage.values]),
        "agent_type": (wanted.agent_type, ["", *AgentType.values]),
        "when_false": (wanted.when_false, WhenFalse.values),
    }
    return {name: [_("No es un valor posible.")] for name, (value, values) in known.items() if value not in values}


def _needs(wanted: Wanted) -> dict[str, list[str]]:
    """What an action cannot do without. A message may get its template later: activating asks for it."""
    if wanted.action == StepAction.UPDATE_STAGE and not wanted.target_stage:
        return {"target_stage": [_("Di a qué etapa pasa el lead.")]}
    if wanted.action == StepAction.ADD_TAG and wanted.tag is None:
        return {"tag": [_("Elige la etiqueta.")]}
    if wanted.action == StepAction.NOTIFY_AGENT and not wanted.note.strip():
        return {"note": [_("Escribe qué se le avisa.")]}
    return {}


def _numbers(wanted: Wanted) -> dict[str, list[str]]:
    errors = {}
    if not 0 <= wanted.delay_minutes <= _LONGEST_DELAY:
        errors["delay_minutes"] = [_("De 0 minutos a un año.")]
    if wanted.when_false == WhenFalse.WAIT and not 1 <= (wanted.wait_hours or 0) <= _LONGEST_WAIT:
        errors["wait_hours"] = [_("De 1 a %(most)s horas.") % {"most": _LONGEST_WAIT}]
    if len(wanted.note) > _LONGEST_NOTE:
        errors["note"] = [_("Hasta %(most)s letras.") % {"most": _LONGEST_NOTE}]
    return errors
