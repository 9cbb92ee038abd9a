"""A step on one lead: the text it would get, and whether the conditions hold for it today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.http import BrokerRequest
from campaigns import batch, conditions, phrases
from campaigns.conditions import Known
from campaigns.forms.editor import Editor, Offers
from campaigns.models import Enrollment, Step
from crm.models import Lead
from templates_app import library, pages
from templates_app.checking import Text
from templates_app.models import Template


@dataclass(frozen=True, slots=True)
class Preview:
    """The text of a message (None for other actions), and each condition in words with its answer."""

    lead: Lead | None
    template: Template | None
    text: pages.Preview | None
    answers: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What there is of a step to show: its template, and those of its conditions that are complete."""

    template: Template | None
    conditions: Sequence[Mapping[str, Any]]

    @classmethod
    def stored(cls, step: Step | None) -> "Draft":
        """A step as it stands."""
        return cls(step.template, step.conditions) if step else cls(None, [])

    @classmethod
    def typed(cls, editor: Editor, offers: Offers) -> "Draft":
        """What is written so far in a form that was sent."""
        editor.is_valid()
        before = [str(each.public_id) for each in offers.before]
        complete = [
            found for each in editor.conditions if each.is_valid() and (found := _complete(each.stored(), before))
        ]
        return cls(editor.form.cleaned_data.get("template"), complete)


def of(request: BrokerRequest, draft: Draft, offers: Offers, *, lead_id: str, now: datetime) -> Preview:
    """A step on the lead that is named, if the person sees it; without one, on the examples."""
    lead = pages.lead_of(request.user, lead_id)
    answers: list[tuple[str, bool]] = []
    if lead is not None and draft.conditions:
        tags = {str(each.public_id): each.name for each in offers.tags}
        numbers = {str(each.public_id): each.number for each in offers.before}
        held = conditions.judge(draft.conditions, _known(lead, now))
        answers = [(phrases.condition(each.condition, tags=tags, numbers=numbers), each.holds) for each in held]
    return Preview(lead, draft.template, _text(request, draft.template, lead), answers)


def _text(request: BrokerRequest, template: Template | None, lead: Lead | None) -> pages.Preview | None:
    if template is None:
        return None
    known = library.known_variables()
    facts = pages.facts_of(lead, request.broker, known, template.language)
    text = Text.of(library.current(template))
    return pages.preview(text, channel=template.channel, purpose=template.purpose, facts=facts, known=known)


def _complete(condition: Mapping[str, Any], before: Sequence[str]) -> dict[str, Any] | None:
    try:
        [found] = conditions.checked([condition], steps=before)
    except ValidationError:
        return None
    return found


def _known(lead: Lead, now: datetime) -> Known:
    """What conditions see of a lead that entered just now."""
    way = Enrollment(lead=lead)
    tags = batch.tags_of([way]).get(lead.pk, set())
    return Known(lead, now, {}, frozenset(tags), batch.channels(way, batch.bound_of([way])))
