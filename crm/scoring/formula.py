"""The formula. Exact decimals, rounded half up, the same facts and rules always the same score (docs/rules.md, Score).

clamp(0, 100, round(m[stage] × (profile + behavior + engagement) + stage_score + financial − penalties))
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, Literal

from crm.enums import Timeline
from crm.rules import Rules
from crm.scoring.facts import Facts

Group = Literal["profile", "behavior", "engagement", "stage", "financial", "penalties"]
MULTIPLIED: tuple[Group, ...] = ("profile", "behavior", "engagement")
_ZERO = Decimal(0)
_FINE = Decimal("0.0000000001")
_EXACT = Context(prec=40)
_LEAST, _MOST = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Part:
    """What one component gave: its points before the stage's multiplier, the most it could give, and why."""

    code: str
    group: Group
    points: Decimal
    most: Decimal
    why: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """A score and what it is made of. `groups` are the sums of the parts under each group's cap."""

    total: int
    multiplier: Decimal
    groups: dict[Group, Decimal]
    parts: tuple[Part, ...]


def score(facts: Facts, rules: Rules) -> Score:
    """The score of these facts under these rules."""
    parts = (
        *_profile(facts, rules),
        *_behavior(facts, rules),
        *_engagement(facts, rules),
        Part("stage", "stage", Decimal(rules.stages[facts.stage].score), _ZERO),
        _financial(facts, rules),
        *_penalties(facts, rules),
    )
    groups = _sums(parts, rules)
    multiplier = rules.stages[facts.stage].multiplier
    raw = (
        multiplier * sum((groups[name] for name in MULTIPLIED), _ZERO)
        + groups["stage"]
        + groups["financial"]
        + groups["penalties"]
    )
    total = min(_MOST, max(_LEAST, raw)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Score(int(total), multiplier, groups, parts)


@lru_cache(maxsize=4096)
def faded(days: int, half_life: int) -> Decimal:
    """What is left after so many whole days of something that halves every `half_life` days.

    To ten decimals, so that sums are exact and do not depend on their order.
    """
    if days <= 0:
        return Decimal(1)
    left = _EXACT.power(Decimal("0.5"), _EXACT.divide(Decimal(days), Decimal(half_life)))
    return left.quantize(_FINE, rounding=ROUND_HALF_UP)


def _profile(facts: Facts, rules: Rules) -> Iterable[Part]:
    points = rules.profile
    for code, holds, most in (
        ("name", facts.has_name, points.name),
        ("phone", facts.has_phone, points.phone),
        ("email", facts.has_email, points.email),
        ("location", facts.has_location, points.location),
        ("budget", facts.has_budget, points.budget),
    ):
        yield Part(code, "profile", Decimal(most if holds else 0), Decimal(most))


def _behavior(facts: Facts, rules: Rules) -> Iterable[Part]:
    points = rules.behavior
    yield Part(
        "wants_visit", "behavior", Decimal(points.wants_visit if facts.wants_visit else 0), Decimal(points.wants_visit)
    )
    by_timeline = {
        Timeline.IMMEDIATE: points.immediate,
        Timeline.DAYS_30: points.days_30,
        Timeline.DAYS_90: points.days_90,
    }
    given = by_timeline.get(facts.timeline, 0)
    most = max(by_timeline.values())
    yield Part("timeline", "behavior", Decimal(given), Decimal(most), {"timeline": facts.timeline.value})
    quick = facts.quickest_reply is not None and facts.quickest_reply <= points.quick_seconds
    why = {"limit": points.quick_seconds} | ({} if facts.quickest_reply is None else {"seconds": facts.quickest_reply})
    yield Part("quick_reply", "behavior", Decimal(points.quick_reply if quick else 0), Decimal(points.quick_reply), why)


def _engagement(facts: Facts, rules: Rules) -> Iterable[Part]:
    points = rules.engagement
    calls = [age for age, seconds in facts.calls if seconds >= points.call_seconds]
    cap = Decimal(points.cap)
    messages = min(points.message * _fresh(facts.messages, points.half_life), Decimal(points.messages_cap))
    yield Part("messages", "engagement", messages, min(cap, Decimal(points.messages_cap)), _seen(facts.messages))
    yield _repeated("calls", points.call, calls, points.half_life)
    yield _repeated("visits", points.visit, facts.visits, points.half_life)


def _repeated(code: str, each: int, ages: Iterable[int], half_life: int) -> Part:
    """Events that all count alike; the most is what they give, or one of them today."""
    given = each * _fresh(ages, half_life)
    return Part(code, "engagement", given, max(given, Decimal(each)), _seen(ages))


def _fresh(ages: Iterable[int], half_life: int) -> Decimal:
    return sum((faded(age, half_life) for age in ages), _ZERO)


def _seen(ages: Iterable[int]) -> dict[str, Any]:
    """How many there were, and how many days ago the last."""
    known = list(ages)
    return {"n": len(known), "days": min(known)} if known else {}


def _financial(facts: Facts, rules: Rules) -> Part:
    points = rules.financial.points
    given = points[facts.income_band] if facts.income_band is not None else 0
    why = {} if facts.income_band is None else {"band": facts.income_band}
    return Part("income", "financial", Decimal(given), Decimal(max(points)), why)


def _penalties(facts: Facts, rules: Rules) -> Iterable[Part]:
    points = rules.penalties
    in_a_row = facts.unanswered >= points.unanswered_in_a_row
    for code, holds, least, why in (
        ("opted_out", facts.opted_out, points.opted_out, {}),
        ("bounced", facts.bounced, points.bounced, {}),
        ("no_show", facts.no_show, points.no_show, {}),
        ("unanswered", in_a_row, points.unanswered, {"n": facts.unanswered} if in_a_row else {}),
    ):
        if holds and least:
            yield Part(code, "penalties", Decimal(-least), _ZERO, why)


def _sums(parts: Iterable[Part], rules: Rules) -> dict[Group, Decimal]:
    sums: dict[Group, Decimal] = dict.fromkeys((*MULTIPLIED, "stage", "financial", "penalties"), _ZERO)
    for part in parts:
        sums[part.group] += part.points
    sums["profile"] = min(sums["profile"], Decimal(rules.profile.cap))
    sums["behavior"] = min(sums["behavior"], Decimal(rules.behavior.cap))
    sums["engagement"] = min(sums["engagement"], Decimal(rules.engagement.cap))
    sums["financial"] = min(sums["financial"], Decimal(rules.financial.cap))
    return sums
