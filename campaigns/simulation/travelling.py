"""The travelling clock: from one due moment to the next, whoever is due then decided and done together."""

import heapq
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns import writing
from campaigns.acts import messages
from campaigns.acts.done import Done, skipped
from campaigns.acts.messages import Ready
from campaigns.deciding import Decision, Turn, Visit, decide, leaves
from campaigns.enums import EndReason, EnrollmentStatus, LogStatus, StepAction
from campaigns.models import Campaign, Step
from campaigns.simulation.acting import Hands
from campaigns.simulation.desk import Desk
from campaigns.simulation.outcome import LEFT, SENT, SKIPPED, Line, Wait
from campaigns.simulation.scores import Scores
from campaigns.simulation.walks import Letter, Walk
from messaging.gate.verdict import Ruling, Verdict

_ENDLESS = "account_paused"
"""A wait of which nobody knows the end: the message waits until it expires."""


class Clock:
    """One simulation under way."""

    def __init__(self, campaign: Campaign, steps: Sequence[Step], desk: Desk, hands: Hands, scores: Scores) -> None:
        self._campaign, self._steps = campaign, steps
        self._desk, self._hands, self._scores = desk, hands, scores

    def run(self, walks: Sequence[Walk], *, until: datetime, seconds: float) -> bool:
        """Lead them on until that moment; False when the seconds were over before."""
        end = time.monotonic() + seconds
        agenda = [(walk.at, -walk.enrollment.pk, walk) for walk in walks if walk.at]
        heapq.heapify(agenda)
        while agenda and agenda[0][0] <= until:
            if time.monotonic() > end:
                return False
            now, due = agenda[0][0], []
            while agenda and agenda[0][0] == now:
                due.append(heapq.heappop(agenda)[2])
            self._send([walk for walk in due if walk.letter], now)
            self._step([walk for walk in due if walk.at == now and not walk.letter], now)
            for walk in due:
                if (at := walk.at) is not None:
                    heapq.heappush(agenda, (at, -walk.enrollment.pk, walk))
        return True

    def _send(self, walks: Sequence[Walk], now: datetime) -> None:
        """What waits to leave is judged again, as right before the wire."""
        left = []
        for walk in walks:
            letter = walk.letter
            if letter is None:
                continue
            verdict = self._desk.verdict(walk, letter.facts, now)
            if verdict.ruling is Ruling.WAIT:
                letter.at = _until(verdict, letter, now)
            elif verdict.ruling is Ruling.REFUSE:
                done = messages.unsent(letter.ready, verdict, now)
                self._settle(walk, letter, _line(letter.ready.visit, done, letter.due, letter))
            else:
                self._desk.leave(walk, letter, now)
                left.append(walk)
                done = Done(LogStatus.SENT, now)
                self._settle(walk, letter, _line(letter.ready.visit, done, letter.due, letter))
        self._scores.tell(left, now)

    def _settle(self, walk: Walk, letter: Letter, line: Line) -> None:
        """The next delay counts from when the message left, or was refused (campaigns.settling)."""
        walk.way.lines.append(line)
        walk.done[str(letter.ready.visit.step.public_id)] = line.at
        walk.letter = None
        enrollment = walk.enrollment
        if enrollment.status == EnrollmentStatus.ACTIVE and enrollment.next_step is not None:
            enrollment.next_run_at = line.at + timedelta(minutes=enrollment.next_step.delay_minutes)
            enrollment.last_run_at = line.at

    def _step(self, walks: Sequence[Walk], now: datetime) -> None:
        """What is due is decided, then done, those of one step together."""
        by_step: dict[int, list[tuple[Walk, Visit, Decision]]] = defaultdict(list)
        for walk in walks:
            visit = walk.visit(self._campaign)
            decision = decide(visit, now=now)
            if decision.turn is Turn.ACT:
                by_step[visit.step.pk].append((walk, visit, decision))
            else:
                self._go_on(walk, visit, decision, None, now)
        for theirs in by_step.values():
            writes = theirs[0][1].step.action == StepAction.SEND_MESSAGE
            done = self._write(theirs, now) if writes else [self._hands.do(w, v, now) for w, v, _d in theirs]
            for (walk, visit, decision), became in zip(theirs, done, strict=True):
                self._go_on(walk, visit, decision, became, now)

    def _write(self, theirs: Sequence[tuple[Walk, Visit, Decision]], now: datetime) -> list[Done]:
        """Letters for those that may be written to now or later, as `acts.messages.send`."""
        ready = self._desk.ready([visit for _walk, visit, _decision in theirs], now)
        found, before = [], 0
        for (walk, _visit, _decision), each in zip(theirs, ready, strict=True):
            verdict = self._desk.verdict(walk, each.facts, now, before=before) if each.facts else None
            before += each.facts is not None
            found.append(_queued(walk, each, verdict, now))
        return found

    def _go_on(self, walk: Walk, visit: Visit, decision: Decision, done: Done | None, now: datetime) -> None:
        due = walk.enrollment.next_run_at or now
        if done is not None and visit.step.action == StepAction.UPDATE_STAGE and (reason := leaves(visit)):
            writing.end(walk.enrollment, EndReason(reason), now)  # it reached the goal, or was closed, by its own step
        else:
            writing.go_on(visit, decision, done, self._steps, now)
        if decision.turn is Turn.WAIT:  # nothing about a lead changes while it waits: it looks again at the end
            walk.enrollment.next_run_at = decision.waiting_until or decision.until
            return
        if done is not None and done.status == LogStatus.PENDING:
            return
        became = done or skipped(decision.reason, now)
        line = _line(visit, became, due, None, leaves=decision.turn is Turn.LEAVE)
        walk.way.lines.append(line)
        walk.done[str(visit.step.public_id)] = became.at


def _queued(walk: Walk, ready: Ready, verdict: Verdict | None, now: datetime) -> Done:
    if verdict is None or ready.facts is None or verdict.ruling is Ruling.REFUSE:
        return messages.unsent(ready, verdict, now)
    letter = Letter(ready, ready.facts, now, now)
    if verdict.ruling is Ruling.WAIT:
        letter.at = _until(verdict, letter, now)
    walk.letter = letter
    return Done(LogStatus.PENDING, letter.at)


def _until(verdict: Verdict, letter: Letter, now: datetime) -> datetime:
    """When to ask again; the letter remembers why."""
    waits = [said for said in verdict.said if said.ruling is Ruling.WAIT and said.until]
    endless = next((said for said in waits if said.code == _ENDLESS), None)
    longest = endless or max(waits, key=lambda said: said.until or now)
    until = (letter.facts.message.expires_at if endless else longest.until) or now
    letter.waits.append(Wait(now, until, longest.stored()))
    return until


def _line(visit: Visit, done: Done, due: datetime, letter: Letter | None, *, leaves: bool = False) -> Line:
    step = visit.step
    text = letter.ready.rendered if letter else None
    writes = step.action == StepAction.SEND_MESSAGE
    return Line(
        number=step.number or 0,
        action=step.action,
        became=LEFT if leaves else SENT if done.status == LogStatus.SENT else SKIPPED,
        due=due,
        at=done.at,
        reason=done.reason,
        channel=step.way if writes else "",
        subject=text.subject if text else "",
        body=text.body if text else "",
        zone=letter.facts.clock.zones[0].key if letter else "",
        trace=done.trace,
        waits=tuple(letter.waits) if letter else (),
    )
