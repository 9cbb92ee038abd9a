"""Texts and the gate's facts for simulated messages: loaded once a step, laid over with what was sent meanwhile."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from accounts.models import Broker
from campaigns.acts import messages
from campaigns.acts.messages import Ready
from campaigns.deciding import Visit
from campaigns.models import Campaign, Step
from campaigns.simulation.walks import Letter, Walk
from core.actors import Actor
from crm.enums import Channel
from crm.models import Lead
from messaging.gate import asking
from messaging.gate.evidence import Facts, Sent, Today
from messaging.gate.hours import Own
from messaging.gate.judging import judge
from messaging.gate.verdict import Verdict
from messaging.models import ChannelMeter
from templates_app import rendering
from templates_app.models import TemplateVersion


class Desk:
    """What is needed to write to the leads of one simulation, and the count of what left."""

    def __init__(self, campaign: Campaign, leads: Iterable[Lead], broker: Broker, by: Actor) -> None:
        self._hours = Own(campaign.opens, campaign.closes, frozenset(campaign.days))
        self._leads = list(leads)
        self._broker, self._by = broker, by
        self._texts: dict[int, TemplateVersion | None] = {}
        self._facts: dict[int, dict[int, Facts]] = {}
        self._left: Counter[tuple[int | None, date]] = Counter()

    def ready(self, visits: Sequence[Visit], now: datetime) -> list[Ready]:
        """The texts of one step for these leads as they stand, with the facts; no statement but for the first ones."""
        step = visits[0].step
        if step.pk not in self._texts:
            self._texts[step.pk] = messages.text_of(step)
        version = self._texts[step.pk]
        if version is None:
            return messages.without_text(visits)
        texts = rendering.render_many(version, [each.known.lead for each in visits], broker=self._broker)
        facts = self._of_step(step, version, now)
        known = {visit.enrollment.pk: facts[visit.enrollment.lead_id] for visit in visits}
        expires = messages.question(step, version, now).expires_at
        for each in known.values():
            each.message.expires_at = expires
        return messages.together(visits, version, texts, known)

    def verdict(self, walk: Walk, facts: Facts, now: datetime, *, before: int = 0) -> Verdict:
        """What the gate says at this moment, given what this simulation has sent already."""
        day = now.astimezone(UTC).date()
        account, meter, today = facts.account, facts.meter, facts.today
        begun = self._left[None, day] + (today.begun if today.day == day else 0)
        if account is not None and account.per_day is not None:
            stood = meter.begun_today if meter and meter.day == day else 0
            closed = meter.closed_until if meter else None
            meter = ChannelMeter(day=day, begun_today=stood + self._left[account.pk, day], closed_until=closed)
        known = replace(
            facts, sent=[*walk.sent, *facts.sent], ahead=0, before=before, meter=meter, today=Today(day, begun)
        )
        return judge(known, now=now)

    def leave(self, walk: Walk, letter: Letter, now: datetime) -> None:
        """Count a message as sent."""
        day, account = now.astimezone(UTC).date(), letter.facts.account
        self._left[None, day] += 1
        if account is not None:
            self._left[account.pk, day] += 1
        walk.sent.insert(0, Sent(now, letter.facts.message.purpose, automatic=True))

    def _of_step(self, step: Step, version: TemplateVersion, now: datetime) -> dict[int, Facts]:
        """Of all leads, for whoever comes later: nothing of it changes but what this simulation does itself."""
        if step.pk not in self._facts:
            asked = messages.question(step, version, now)
            found = asking.facts_of(
                self._leads, replace(asked, scope=None), by=self._by, now=now, channels=[Channel(step.way)]
            )
            hours = [replace(each, clock=replace(each.clock, scope=self._hours)) for each in found]
            self._facts[step.pk] = {each.message.lead_id: each for each in hours}
        return self._facts[step.pk]
