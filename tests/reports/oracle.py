"""The figures told slowly, lead by lead, from the definitions in docs/rules.md. Shares no code with what it judges."""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from statistics import mean, median

CHANCES = {
    "entrada": 5, "perfilamiento": 10, "calificacion_financiera": 25, "agendado": 50, "seguimiento": 40, "referidos": 60, "ganado": 100, "perdido": 0,
}  # fmt: skip
OPEN = [stage for stage in CHANCES if stage not in {"ganado", "perdido"}]


def meant(steps):
    """The steps without those taken back: an undo voids the step before it, be that itself an undo."""
    standing, voided = [], set()
    for n in reversed(range(len(steps))):
        if n not in voided and steps[n][4]:
            voided.add(n - 1)
    for n, step in enumerate(steps):
        if n not in voided and not step[4]:
            standing.append(step[:4])
    return standing


class Oracle:
    def __init__(self, pasts, *, zone, first, last, now):
        self.pasts = [past for past in pasts if not past.gone]
        self.zone, self.first, self.last, self.now = zone, first, last, now

    def inside(self, at):
        return self.first <= at.astimezone(self.zone).date() <= self.last

    def is_before(self, at):
        return at.astimezone(self.zone).date() < self.first

    def is_after(self, at):
        return at.astimezone(self.zone).date() > self.last

    def funnel(self):
        entered, reached = Counter(), Counter()
        for past in self.pasts:
            way = [(to, at) for _, to, at, _ in meant(past.steps)]
            for stage in CHANCES:
                first = next((n for n, (to, at) in enumerate(way) if to == stage and self.inside(at)), None)
                if first is None:
                    continue
                entered[stage] += 1
                for then in {to for to, _ in way[first + 1 :]} - {stage}:
                    reached[stage, then] += 1
        return entered, reached

    def visits(self):
        """(stage, lead, entered, left or None), of those in the range."""
        for past in self.pasts:
            way = meant(past.steps)
            for n, (_, stage, entered, _) in enumerate(way):
                left = way[n + 1][2] if n + 1 < len(way) else None
                end = left or self.now
                begins = self.inside(entered)
                lasts = self.is_before(entered) and not self.is_before(end) and self._is_past_the_start(end)
                if begins or lasts:
                    yield stage, past, entered, left

    def _is_past_the_start(self, at):
        """A visit that ends in the very first instant of the range was not in it."""
        return not self.is_before(at - timedelta(microseconds=1))

    def times(self):
        told = defaultdict(list)
        for stage, past, entered, left in self.visits():
            told[stage].append((id(past), left is None, max(0.0, ((left or self.now) - entered).total_seconds())))
        return {
            stage: (
                len({lead for lead, _, _ in rows}), len(rows), sum(is_open for _, is_open, _ in rows),
                mean(seconds for *_, seconds in rows), median(seconds for *_, seconds in rows),
            )
            for stage, rows in told.items()
        }  # fmt: skip

    def closings(self):
        """(lead, outcome, from, reason) as things stood when the range ended."""
        for past in self.pasts:
            standing = None
            for came, to, at, reason in meant(past.steps):
                if self.is_after(at):
                    break
                if to in {"ganado", "perdido"}:
                    standing = (to, came, reason, at)
                elif (came, to) != ("ganado", "referidos"):
                    standing = None
            if standing and self.inside(standing[3]):
                yield past, *standing[:3]

    def outcomes(self):
        won, lost, prices = 0, Counter(), Counter()
        for past, outcome, came, reason in self.closings():
            if outcome == "ganado":
                won += 1
                if past.price[1]:
                    prices[past.price[1]] += past.price[0]
            else:
                lost[came or "entrada", reason] += 1
        return won, lost, prices

    def new(self):
        return [past for past in self.pasts if self.inside(past.created_at)]

    def sources(self):
        rows = defaultdict(Counter)
        for past in self.new():
            row = rows[past.source]
            row["leads"] += 1
            row["contacted"] += past.last_contact_at is not None
            kept = any(kind == "visit_kept" for kind, _ in past.contacts)
            row["visited"] += kept or any(status == "completed" for status, _ in past.meetings)
            row["won"] += past.stage == "ganado" or past.status == "converted"
            if past.budget[1]:
                row[past.budget[1]] += past.budget[0]
        return rows

    def days(self):
        told = Counter(past.created_at.astimezone(self.zone).date() for past in self.new())
        span = (self.last - self.first).days + 1
        return {day: told[day] for day in (self.first + timedelta(days=n) for n in range(span))}

    def replies(self):
        """(lead, seconds) of the new leads that got one."""
        for past in self.new():
            ours = [
                at for kind, at in past.contacts if kind in {"message_out", "call_answered"} and at >= past.created_at
            ]
            if ours:
                yield past, (min(ours) - past.created_at).total_seconds()

    def now_(self):
        leads, values = Counter(), Counter()
        for past in self.pasts:
            leads[past.stage] += 1
            if past.budget[1]:
                values[past.stage, past.budget[1]] += past.budget[0]
        expected = Counter()
        for (stage, unit), value in values.items():
            if stage in OPEN:
                expected[unit] += Decimal(value) * CHANCES[stage] / 100
        return leads, values, expected

    def inactive(self, days):
        since = self.now - timedelta(days=days)
        return Counter(
            past.stage
            for past in self.pasts
            if past.steps[-1][2] <= since and (past.last_contact_at is None or past.last_contact_at <= since)
        )

    def agreed(self):
        return sum(
            self.inside(at) and status not in {"held", "cancelled"}
            for past in self.pasts
            for status, at in past.meetings
        )

    def team(self):
        rows = defaultdict(Counter)
        for past in self.pasts:
            rows[past.owner]["open"] += past.stage in OPEN
            rows[past.owner]["new"] += self.inside(past.created_at)
            for who, due, done in past.tasks:
                rows[who]["overdue"] += not done and due < self.now
        for past, outcome, _, _ in self.closings():
            rows[past.owner]["won"] += outcome == "ganado"
        for past, seconds in self.replies():
            rows[past.owner]["replied"] += 1
            rows[past.owner].setdefault("waits", []).append(seconds)
        return rows
