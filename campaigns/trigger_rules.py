"""What a trigger may ask, and when a lead answers it (docs/campaigns.md, Triggers)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from campaigns.enums import CampaignTrigger
from campaigns.models import Campaign
from core.actors import ActorKind
from crm.enums import Stage
from crm.models import LeadQuerySet
from pipeline.models import StageTransition

_TOP = 100
_LONGEST_DAYS = 3650

Errors = dict[str, list[str]]


def checked(trigger: str, condition: Mapping[str, object]) -> dict[str, Any]:
    """A trigger's condition as it is stored; raises ValidationError with what is wrong by key, unknown keys too."""
    reader = _READERS[CampaignTrigger(trigger)]
    given = {key: value for key, value in condition.items() if value not in (None, "", [])}
    errors: Errors = {}
    clean = reader(given, errors)
    for key in given.keys() - clean.keys() - errors.keys():
        errors[str(key)[:60]] = [_("Este disparador no conoce esa condición.")]
    if errors:
        raise ValidationError(errors)
    return clean


def answering(campaign: Campaign, leads: LeadQuerySet, *, now: datetime) -> LeadQuerySet:
    """Of these leads those that the trigger brings in now; of a manual campaign none."""
    return _ANSWERS[CampaignTrigger(campaign.trigger)](campaign, leads, now)


def listens(campaign: Campaign, *, to_stage: str, from_stage: str) -> bool:
    """Whether a change of stage is what a campaign of that trigger waits for."""
    wanted = campaign.condition
    return bool(wanted.get("stage") == to_stage and wanted.get("from_stage", from_stage) == from_stage)


def _manual(_given: Mapping[str, Any], _errors: Errors) -> dict[str, Any]:
    return {}


def _score(given: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    clean = {key: _whole(given, key, 0, _TOP, errors) for key in ("score_min", "score_max") if key in given}
    if not clean:
        errors["score_min"] = [_("Di desde o hasta qué puntaje.")]
    elif not errors and clean.get("score_min", 0) > clean.get("score_max", _TOP):
        errors["score_max"] = [_("Termina antes de empezar.")]
    return clean


def _stage(given: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    clean: dict[str, Any] = {
        key: _one_stage(given[key], key, errors) for key in ("stage", "from_stage") if key in given
    }
    if "stage" not in given:
        errors["stage"] = [_("Di a qué etapa entra el lead.")]
    if "include_current" in given:
        clean["include_current"] = _flag(given["include_current"], "include_current", errors)
    return clean


def _inactivity(given: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    if "inactivity_days" in given:
        clean["inactivity_days"] = _whole(given, "inactivity_days", 1, _LONGEST_DAYS, errors)
    else:
        errors["inactivity_days"] = [_("Di cuántos días sin contacto.")]
    if "stages" in given:
        stages = given["stages"] if isinstance(given["stages"], list) else [given["stages"]]
        clean["stages"] = [_one_stage(each, "stages", errors) for each in stages]
    return clean


def _whole(given: Mapping[str, Any], key: str, least: int, most: int, errors: Errors) -> int:
    try:
        number = int(str(given[key]))
    except ValueError:
        number = least - 1
    if isinstance(given[key], bool) or not least <= number <= most:
        errors[key] = [_("Es un número entero de %(least)s a %(most)s.") % {"least": least, "most": most}]
    return number


def _one_stage(value: object, key: str, errors: Errors) -> str:
    if value not in Stage.values:
        errors[key] = [_("Esa etapa no existe.")]
    return str(value)[:24]


def _flag(value: object, key: str, errors: Errors) -> bool:
    if value in (True, False):
        return bool(value)
    known = {"true": True, "on": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in known:
        errors[key] = [_("Es sí o no.")]
    return known.get(str(value).lower(), False)


def _by_hand(_campaign: Campaign, leads: LeadQuerySet, _now: datetime) -> LeadQuerySet:
    return leads.none()


def _by_score(campaign: Campaign, leads: LeadQuerySet, _now: datetime) -> LeadQuerySet:
    wanted = campaign.condition
    return leads.filter(score__gte=wanted.get("score_min", 0), score__lte=wanted.get("score_max", _TOP))


def _by_stage(campaign: Campaign, leads: LeadQuerySet, _now: datetime) -> LeadQuerySet:
    """Those in the stage that entered it since the campaign runs, the imported ones not; or all who are there."""
    wanted = campaign.condition
    there = leads.filter(stage=wanted["stage"])
    if wanted.get("include_current"):
        return there
    since = campaign.resumed_at or campaign.activated_at
    entered = StageTransition.objects.filter(lead=OuterRef("pk"), to_stage=wanted["stage"], at__gte=since)
    entered = entered.exclude(by_kind=ActorKind.IMPORT).exclude(is_undo=True)
    if "from_stage" in wanted:
        entered = entered.filter(from_stage=wanted["from_stage"])
    return there.filter(Exists(entered))


def _by_inactivity(campaign: Campaign, leads: LeadQuerySet, now: datetime) -> LeadQuerySet:
    wanted = campaign.condition
    since = now - timedelta(days=wanted["inactivity_days"])
    quiet = leads.alias(quiet_since=Coalesce("last_contact_at", "created_at")).filter(Q(quiet_since__lte=since))
    return quiet.filter(stage__in=wanted["stages"]) if wanted.get("stages") else quiet


_READERS: dict[CampaignTrigger, Callable[[Mapping[str, Any], Errors], dict[str, Any]]] = {
    CampaignTrigger.MANUAL: _manual,
    CampaignTrigger.LEAD_SCORE: _score,
    CampaignTrigger.STAGE_CHANGE: _stage,
    CampaignTrigger.INACTIVITY: _inactivity,
}
_ANSWERS: dict[CampaignTrigger, Callable[[Campaign, LeadQuerySet, datetime], LeadQuerySet]] = {
    CampaignTrigger.MANUAL: _by_hand,
    CampaignTrigger.LEAD_SCORE: _by_score,
    CampaignTrigger.STAGE_CHANGE: _by_stage,
    CampaignTrigger.INACTIVITY: _by_inactivity,
}
