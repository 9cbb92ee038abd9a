"""Campaigns are made, changed, copied and put away here. Their status is `campaigns.running`'s."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import audience, trigger_rules
from campaigns.enums import CampaignStatus, CampaignTrigger
from campaigns.models import Campaign, Step
from core import audit
from core.actors import Actor
from crm.enums import Stage
from messaging import scopes
from messaging.scopes import Window
from templates_app.enums import TemplateChannel

LONGEST_NAME = 120
_LONGEST_REENTRY = 3650
_LONGEST_LATE = 24 * 60
_STORED = (
    *("name", "description", "channel", "trigger", "condition", "audience", "stop_on_reply", "reentry_days"),
    *("max_contacts", "opens", "closes", "days", "goal", "late_hours"),
)


class NotADraft(Exception):
    """Only a draft can be deleted: what ran has a history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything about a campaign but its steps."""

    name: str
    channel: str = TemplateChannel.WHATSAPP
    description: str = ""
    trigger: str = CampaignTrigger.MANUAL
    condition: Mapping[str, Any] = field(default_factory=dict)
    audience: Mapping[str, Any] = field(default_factory=dict)
    stop_on_reply: bool = True
    reentry_days: int | None = None
    max_contacts: int | None = None
    opens: time | None = None
    closes: time | None = None
    days: tuple[int, ...] = ()
    goal: str = ""
    late_hours: int = 96

    @classmethod
    def of(cls, campaign: Campaign) -> "Wanted":
        """What a campaign is now."""
        return cls(**{name: getattr(campaign, name) for name in _STORED if name != "days"}, days=tuple(campaign.days))


def create(wanted: Wanted, *, by: Actor, now: datetime) -> Campaign:
    """A new draft; raises ValidationError with what is wrong by field."""
    values = checked(wanted, now=now)
    with audit.by(by), transaction.atomic():
        return Campaign.objects.create(**values, created_at=now, updated_at=now, **by.columns())


def change(campaign: Campaign, wanted: Wanted, *, by: Actor, now: datetime) -> Campaign:
    """Store what is different; while it runs it holds from now on, and counts as a version. Raises ValidationError."""
    values = checked(wanted, now=now)
    with audit.by(by), transaction.atomic():
        held = hold(campaign)
        if held.status == CampaignStatus.COMPLETED:
            raise ValidationError(_("Esta campaña terminó: duplícala para usarla otra vez."))
        changed = [name for name, value in values.items() if getattr(held, name) != value]
        if not changed:
            return held
        for name in changed:
            setattr(held, name, values[name])
        touch(held, now=now)
        if {"trigger", "condition", "audience"} & set(changed):
            held.checked_at = None  # the engine looks at once who is meant now
        held.save()
        if held.scope is not None:
            scopes.keep(held.scope, window(held))
    return held


def duplicate(campaign: Campaign, *, by: Actor, now: datetime) -> Campaign:
    """A draft with the same settings and steps."""
    with audit.by(by), transaction.atomic():
        name = (_("%(name)s (copia)") % {"name": campaign.name[: LONGEST_NAME - 10]})[:LONGEST_NAME]
        copy = create(replace(Wanted.of(campaign), name=name), by=by, now=now)
        keys: dict[str, str] = {}
        for step in campaign.steps.filter(number__isnull=False).order_by("number"):
            old = str(step.public_id)
            values = {f.attname: getattr(step, f.attname) for f in Step._meta.concrete_fields if f.name not in _OWN}  # noqa: SLF001 -- Django's documented model API
            values["conditions"] = [_renamed(each, keys) for each in step.conditions]
            keys[old] = str(Step.objects.create(campaign=copy, **values).public_id)
    return copy


def remove(campaign: Campaign, *, by: Actor) -> None:
    """Delete a draft; raises NotADraft for one that ran."""
    with audit.by(by), transaction.atomic():
        held = hold(campaign)
        if held.status != CampaignStatus.DRAFT or held.activated_at is not None:
            raise NotADraft
        held.delete()


def archive(campaign: Campaign, *, by: Actor, now: datetime) -> Campaign:
    """Out of the list; what runs has to be completed before. Raises ValidationError."""
    with audit.by(by), transaction.atomic():
        held = hold(campaign)
        if held.status in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
            raise ValidationError(_("Termina la campaña antes de archivarla."))
        held.archived_at = held.archived_at or now
        held.save(update_fields=["archived_at"])
    return held


def restore(campaign: Campaign, *, by: Actor) -> Campaign:
    """Back into the list, as it was."""
    with audit.by(by), transaction.atomic():
        held = hold(campaign)
        held.archived_at = None
        held.save(update_fields=["archived_at"])
    return held


def hold(campaign: Campaign) -> Campaign:
    """The row, locked; the engine's batches of it are over, and none begins meanwhile."""
    return Campaign.objects.select_for_update(no_key=True, of=("self",)).select_related("scope").get(pk=campaign.pk)


def touch(held: Campaign, *, now: datetime) -> None:
    """Count a change, in memory."""
    held.updated_at = now
    if held.activated_at is not None:
        held.version += 1


def window(campaign: Campaign) -> Window:
    """When its messages may leave."""
    return Window(campaign.opens, campaign.closes, campaign.days)


def checked(wanted: Wanted, *, now: datetime) -> dict[str, Any]:
    """The columns of a campaign; raises ValidationError with what is wrong by field."""
    errors: dict[str, Any] = _choices(wanted) | _numbers(wanted)
    condition, who = dict(wanted.condition), dict(wanted.audience)
    try:
        condition = trigger_rules.checked(wanted.trigger, wanted.condition) if "trigger" not in errors else condition
    except ValidationError as error:
        errors |= {f"condition.{name}": texts for name, texts in error.message_dict.items()}
    try:
        who = audience.checked(wanted.audience, now=now)
    except ValidationError as error:
        errors |= {f"audience.{name}": texts for name, texts in error.message_dict.items()}
    if errors:
        raise ValidationError(errors)
    values = {name: getattr(wanted, name) for name in _STORED}
    return values | {
        "name": wanted.name.strip(),
        "condition": condition,
        "audience": who,
        "days": sorted(set(wanted.days)),
    }


def _choices(wanted: Wanted) -> dict[str, list[str]]:
    unknown = [_("No es un valor posible.")]
    errors = {}
    if not wanted.name.strip() or len(wanted.name.strip()) > LONGEST_NAME:
        errors["name"] = [_("Ponle un nombre de hasta %(most)s letras.") % {"most": LONGEST_NAME}]
    if wanted.channel not in TemplateChannel.values:
        errors["channel"] = unknown
    if wanted.trigger not in CampaignTrigger.values:
        errors["trigger"] = unknown
    if wanted.goal and wanted.goal not in Stage.values:
        errors["goal"] = unknown
    if any(day not in range(1, 8) for day in wanted.days):
        errors["days"] = [_("Los días van de 1 (lunes) a 7 (domingo).")]
    return errors


def _numbers(wanted: Wanted) -> dict[str, list[str]]:
    errors = {}
    if wanted.opens and wanted.closes and wanted.opens >= wanted.closes:
        errors["closes"] = [_("Termina antes de empezar. Una campaña no escribe de noche.")]
    if wanted.reentry_days is not None and not 1 <= wanted.reentry_days <= _LONGEST_REENTRY:
        errors["reentry_days"] = [_("De 1 a %(most)s días.") % {"most": _LONGEST_REENTRY}]
    if wanted.max_contacts is not None and wanted.max_contacts < 1:
        errors["max_contacts"] = [_("Al menos un lead.")]
    if not 1 <= wanted.late_hours <= _LONGEST_LATE:
        errors["late_hours"] = [_("De 1 a %(most)s horas.") % {"most": _LONGEST_LATE}]
    return errors


_OWN = frozenset({"id", "broker", "public_id", "campaign"})


def _renamed(condition: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """A condition of a copied step, about the copies of the steps it was about."""
    return {**condition, **({"step": keys[condition["step"]]} if condition.get("step") in keys else {})}
