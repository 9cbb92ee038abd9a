"""What a campaign still needs before it may run."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns import steps
from campaigns.enums import CampaignTrigger, StepAction
from campaigns.models import Campaign, Step
from messaging.models import ChannelAccount
from templates_app import library
from templates_app.enums import Approval, TemplateChannel
from templates_app.models import Template, TemplateVersion


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is missing: a code, a sentence, and the number of the step it is about."""

    code: str
    text: str
    step: int | None = None

    def __str__(self) -> str:
        return self.text


def problems(campaign: Campaign) -> list[Problem]:
    """Everything that keeps it from running; in as many statements for fifty steps as for one."""
    found = steps.of(campaign)
    if not found:
        return [Problem("no_steps", _("Agrega al menos un paso."))]
    texts = dict(library.with_texts(each.template for each in found if each.template is not None))
    open_channels = set(ChannelAccount.objects.filter(is_active=True).values_list("channel", flat=True))
    every = [problem for step in found for problem in _of_step(step, texts, open_channels)]
    return [*_of_trigger(campaign), *every]


def _of_trigger(campaign: Campaign) -> list[Problem]:
    if campaign.trigger != CampaignTrigger.MANUAL and not campaign.condition:
        return [Problem("no_condition", _("Di cuándo entra un lead."))]
    return []


def _of_step(step: Step, texts: dict[Template, TemplateVersion], open_channels: set[str]) -> list[Problem]:
    number = step.number or 0
    if step.action != StepAction.SEND_MESSAGE:
        return []
    if step.template is None:
        return [Problem("no_template", _("El paso %(n)s no tiene plantilla.") % {"n": number}, number)]
    values = {"n": number, "name": step.template.name}
    found = []
    if step.template.archived_at is not None:
        found.append(Problem("archived", _("El paso %(n)s usa «%(name)s», que está archivada.") % values, number))
    if step.template.channel != step.way:
        found.append(
            Problem("other_channel", _("El paso %(n)s usa «%(name)s», que es de otro canal.") % values, number)
        )
    if step.way not in open_channels:
        values["channel"] = TemplateChannel(step.way).label
        found.append(
            Problem(
                "no_account",
                _("El paso %(n)s escribe por %(channel)s, y no hay una cuenta conectada.") % values,
                number,
            )
        )
    version = texts.get(step.template)
    if version is not None and version.content_sid and version.approval in {Approval.REJECTED, Approval.PAUSED}:
        found.append(Problem("not_approved", _("Meta no aprueba «%(name)s», del paso %(n)s.") % values, number))
    return found
