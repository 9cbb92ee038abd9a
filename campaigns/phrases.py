"""Triggers, steps and conditions in words, as people would say them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import CampaignTrigger, ConditionKind, StepAction, WhenFalse
from campaigns.models import Campaign, Step
from crm.enums import Channel, LeadStatus, Qualification, Stage
from crm.models import Tag
from messaging.forms.limits import WEEKDAYS
from templates_app.enums import AgentType, TemplateChannel

_HOUR, _DAY = 60, 60 * 24
_TOP = 100
_LISTS: dict[str, type[models.TextChoices]] = {
    ConditionKind.STAGE_IN: Stage,
    ConditionKind.STATUS_IN: LeadStatus,
    ConditionKind.QUALIFICATION_IN: Qualification,
}


def trigger(campaign: Campaign) -> str:
    """What brings a lead in, as a sentence."""
    wanted = campaign.condition
    if campaign.trigger == CampaignTrigger.MANUAL:
        return _("Cuando alguien lo inscribe.")
    if not wanted:
        return _("Falta decir cuándo.")
    if campaign.trigger == CampaignTrigger.LEAD_SCORE:
        return _("Cuando su puntaje está %(range)s.") % {
            "range": between(wanted.get("score_min"), wanted.get("score_max"))
        }
    if campaign.trigger == CampaignTrigger.STAGE_CHANGE:
        return _stage_change(wanted)
    days = int(wanted["inactivity_days"])
    text = ngettext("Cuando lleva %(n)s día sin contacto", "Cuando lleva %(n)s días sin contacto", days) % {"n": days}
    stages = any_of(wanted.get("stages", ()), Stage)
    where = _("en %(stages)s") % {"stages": stages}  # outside of the text: makemessages does not look into those
    return f"{text}, {where}." if stages else f"{text}."


def condition(asked: Mapping[str, Any], *, tags: Mapping[str, str], numbers: Mapping[str, int | None]) -> str:
    """A condition of a step. `tags` are names and `numbers` the places of steps, both by public id."""
    kind = ConditionKind(asked["kind"])
    label = str(kind.label)
    if kind in {ConditionKind.REPLIED, ConditionKind.NOT_REPLIED}:
        number = numbers.get(asked.get("step", ""))
        since = _("desde el paso %(n)s") % {"n": number} if number else _("desde que entró")
        return f"{label} {since}"
    if kind in _LISTS:
        return f"{label} {any_of(asked['values'], _LISTS[kind])}"
    if kind == ConditionKind.SCORE_BETWEEN:
        return _("Su puntaje está %(range)s") % {"range": between(asked.get("min"), asked.get("max"))}
    if kind == ConditionKind.HAS_CHANNEL:
        return f"{label} {Channel(asked['channel']).label}"
    return f"{label} «{tags.get(asked['tag'], '?')}»"


def otherwise(step: Step) -> str:
    """What happens where its conditions do not hold."""
    if step.when_false == WhenFalse.WAIT:
        hours = step.wait_hours or 0
        return ngettext("si no, espera hasta %(n)s hora", "si no, espera hasta %(n)s horas", hours) % {"n": hours}
    if step.when_false == WhenFalse.STOP:
        return _("si no, la campaña termina para ese lead")
    return _("si no, se salta el paso")


def action(step: Step) -> str:
    """What a step does, with what."""
    kind = StepAction(step.action)
    label = str(kind.label)
    if kind == StepAction.SEND_MESSAGE:
        what = step.template.name if step.template else _("sin plantilla")
        return f"{TemplateChannel(step.way).label}: {what}"
    if kind == StepAction.UPDATE_STAGE:
        return _("Pasar a %(stage)s") % {"stage": Stage(step.target_stage).label}
    if kind == StepAction.ASSIGN_AGENT:
        return _("Asignar a %(name)s") % {"name": step.assign_to or _("quien esté de turno")}
    if kind == StepAction.ADD_TAG:
        return _("Poner la etiqueta «%(name)s»") % {"name": step.tag.name if step.tag else "?"}
    if kind == StepAction.MAKE_CALL and step.agent_type:
        return f"{label}: {AgentType(step.agent_type).label}"
    return f"{label}: {step.note}" if kind == StepAction.NOTIFY_AGENT else label


def delay(minutes: int, *, first: bool = False) -> str:
    """How long a step waits: after entering, or after the step before it."""
    if not minutes:
        return _("Al entrar") if first else _("Enseguida")
    said = duration(minutes)
    return _("%(time)s después de entrar") % {"time": said} if first else _("%(time)s después") % {"time": said}


def duration(minutes: int) -> str:
    """Minutes in the largest unit that says them exactly."""
    if minutes and minutes % _DAY == 0:
        return ngettext("%(n)s día", "%(n)s días", minutes // _DAY) % {"n": minutes // _DAY}
    if minutes and minutes % _HOUR == 0:
        return ngettext("%(n)s hora", "%(n)s horas", minutes // _HOUR) % {"n": minutes // _HOUR}
    return ngettext("%(n)s minuto", "%(n)s minutos", minutes) % {"n": minutes}


def between(low: int | None, high: int | None) -> str:
    """A range of scores."""
    if low is not None and high is not None:
        return _("entre %(low)s y %(high)s") % {"low": low, "high": high}
    return _("en %(low)s o más") % {"low": low} if low is not None else _("en %(high)s o menos") % {"high": high}


def any_of(values: Iterable[str], words: type[models.TextChoices]) -> str:
    """Values of an enum: this, that or the other."""
    labels = [str(words(value).label) for value in values if value in words.values]
    if len(labels) < 2:  # noqa: PLR2004 -- nothing to join
        return "".join(labels)
    return _("%(first)s o %(last)s") % {"first": ", ".join(labels[:-1]), "last": labels[-1]}


def hours(campaign: Campaign) -> str:
    """When it may write; "" when at any time the country and the brokerage allow."""
    parts = [_days(campaign.days)]
    opens, closes = (time_format(at, "H:i") if at else "" for at in (campaign.opens, campaign.closes))
    if opens and closes:
        parts.append(_("de %(opens)s a %(closes)s") % {"opens": opens, "closes": closes})
    elif opens:
        parts.append(_("desde las %(time)s") % {"time": opens})
    elif closes:
        parts.append(_("hasta las %(time)s") % {"time": closes})
    return capfirst(" ".join(filter(None, parts)))


def tag_names(steps: Sequence[Step]) -> dict[str, str]:
    """The names of the tags that conditions of these steps ask about; no statement where none does."""
    asked = {each["tag"] for step in steps for each in step.conditions if "tag" in each}
    rows = Tag.objects.filter(public_id__in=asked).values_list("public_id", "name") if asked else ()
    return {str(public_id): name for public_id, name in rows}


def _stage_change(wanted: Mapping[str, Any]) -> str:
    stages = {"to": Stage(wanted["stage"]).label}
    if "from_stage" in wanted:
        stages["from"] = Stage(wanted["from_stage"]).label
        text = _("Cuando pasa de %(from)s a %(to)s") % stages
    else:
        text = _("Cuando entra a %(to)s") % stages
    those = _("y los que ya están ahí")
    return f"{text}, {those}." if wanted.get("include_current") else f"{text}."


def _days(chosen: Sequence[int]) -> str:
    """Days of the week; "" where all of them are meant."""
    names, days = dict(WEEKDAYS), sorted(chosen)
    if not days or len(days) == len(names):
        return ""
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):  # noqa: PLR2004 -- two are said by their names
        return _("%(first)s a %(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    return ", ".join(str(names[day]) for day in days)
