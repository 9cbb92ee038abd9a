"""Writing to a batch of leads: rendered, judged by the gate, queued. A refusal is told at once and queues nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from campaigns.acts.done import Done, skipped
from campaigns.deciding import Visit
from campaigns.enums import LogStatus
from campaigns.models import Step
from core import failpoints
from core.actors import Actor
from crm.enums import Channel, ConsentPurpose
from messaging import outbox
from messaging.drafts import Draft
from messaging.enums import Priority
from messaging.gate import asking
from messaging.gate.asking import Question
from messaging.gate.evidence import Facts
from messaging.gate.judging import judge
from messaging.gate.verdict import Ruling, Verdict
from templates_app import library, rendering
from templates_app.models import TemplateVersion
from templates_app.rendering import Rendered


@dataclass(frozen=True, slots=True)
class Ready:
    """A text for a lead and the facts that the gate judges it by; without facts there is nothing to send, and why."""

    visit: Visit
    version: TemplateVersion | None
    rendered: Rendered
    facts: Facts | None = None
    reason: str = ""


def send(visits: Sequence[Visit], by: Actor, now: datetime) -> list[Done]:
    """Queue a message for each lead that may be written to now or later; the others are skipped with the reason."""
    ready = prepare(visits, by, now)
    verdicts = {each.visit.enrollment.pk: judge(each.facts, now=now) for each in ready if each.facts}
    leaving = [each for each in ready if each.facts and verdicts[each.visit.enrollment.pk].ruling is not Ruling.REFUSE]
    failpoints.reached("campaigns.judged")
    queued = outbox.enqueue([draft(each, verdicts[each.visit.enrollment.pk], now) for each in leaving], by=by, now=now)
    failpoints.reached("campaigns.queued")
    messages = {each.visit.enrollment.pk: message for each, message in zip(leaving, queued, strict=True)}
    found = []
    for each in ready:
        pk = each.visit.enrollment.pk
        if pk in messages:
            at = max(messages[pk].not_before, now)
            found.append(Done(LogStatus.PENDING, at, trace=_template(each), message=messages[pk]))
        else:
            found.append(unsent(each, verdicts.get(pk), now))
    return found


def prepare(visits: Sequence[Visit], by: Actor, now: datetime) -> list[Ready]:
    """The texts of one step for these leads, with the gate's facts; writes nothing."""
    step = visits[0].step
    version = text_of(step)
    if version is None:
        return without_text(visits)
    texts = rendering.render_many(version, [each.known.lead for each in visits])
    written = [visit for visit, text in zip(visits, texts, strict=True) if text.ok]
    asked = [each.known.lead for each in written]
    way = [Channel(step.way)]
    facts = asking.facts_of(asked, question(step, version, now), by=by, now=now, channels=way, read=True)
    known = {visit.enrollment.pk: each for visit, each in zip(written, facts, strict=True)}
    return together(visits, version, texts, known)


def text_of(step: Step) -> TemplateVersion | None:
    """What a step says now; None when it has no template in use."""
    in_use = step.template is not None and step.template.archived_at is None
    return library.current(step.template) if step.template and in_use else None


def question(step: Step, version: TemplateVersion, now: datetime) -> Question:
    """What the gate is asked about a message of a step that is due at this moment."""
    return Question(
        purpose=ConsentPurpose(version.template.purpose),
        version=version,
        scope=step.campaign.scope,
        expires_at=now + timedelta(hours=step.campaign.late_hours),
    )


def without_text(visits: Sequence[Visit]) -> list[Ready]:
    """Nothing to send, for want of a template."""
    return [Ready(each, None, Rendered(), reason="no_template") for each in visits]


def together(
    visits: Sequence[Visit], version: TemplateVersion, texts: Sequence[Rendered], known: Mapping[int, Facts]
) -> list[Ready]:
    """Visits, their texts and the gate's facts by enrollment; a text that is none has no facts."""
    return [
        Ready(visit, version, text, known.get(visit.enrollment.pk) if text.ok else None, _problem(text))
        for visit, text in zip(visits, texts, strict=True)
    ]


def unsent(ready: Ready, verdict: Verdict | None, now: datetime) -> Done:
    """A message that is not written, and why."""
    if verdict is None:
        return skipped(ready.reason, now, missing=list(ready.rendered.missing), **_template(ready))
    code = verdict.reason.code if verdict.reason else ""
    gate = [said.stored() for said in verdict.said]
    return skipped(f"gate:{code}", now, gate=gate, **_template(ready))


def draft(ready: Ready, verdict: Verdict, now: datetime) -> Draft:
    """What is put into the outbox: its cause is the visit, so a visit has one message whatever happens."""
    visit, text = ready.visit, ready.rendered
    campaign, step = visit.campaign, visit.step
    return Draft(
        lead=visit.known.lead,
        channel=Channel(step.way),
        dedupe_key=f"enrollment:{visit.enrollment.pk}:step:{step.pk}:visit:1",
        not_before=verdict.until or now,
        expires_at=now + timedelta(hours=campaign.late_hours),
        body=text.body,
        subject=text.subject,
        html=text.html,
        content_sid=text.content_sid,
        content_variables=text.content_variables,
        template_version=ready.version,
        purpose=ConsentPurpose(step.template.purpose) if step.template else ConsentPurpose.MARKETING,
        priority=Priority.CAMPAIGN,
        scope=campaign.scope,
        why={"campaign": str(campaign.public_id), "name": campaign.name, "step": step.number},
    )


def _template(ready: Ready) -> Mapping[str, Any]:
    if ready.version is None:
        return {}
    template = ready.version.template
    return {"template": {"id": str(template.public_id), "name": template.name, "version": ready.version.number}}


def _problem(text: Rendered) -> str:
    """Why a text is none; "" when it is one."""
    return "missing" if text.missing else text.problem
