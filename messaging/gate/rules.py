"""Which rule of which country is in force on a day, for a channel and a purpose. Pure, but for the loading."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from time import monotonic

from crm.enums import ConsentPurpose
from messaging.models import ConsentNeed, ContactPolicy

_KEPT_SECONDS = 60
_STRICTER = {ConsentNeed.NONE: 0, ConsentNeed.OPT_OUT: 1, ConsentNeed.OPT_IN: 2}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a country says, as the checks read it."""

    country: str
    purpose: str
    days: frozenset[int]
    opens: time
    closes: time
    consent: str
    channel: str = ""
    saturday_closes: time | None = None
    holidays: bool = False
    """Whether holidays are days like others."""
    cap: tuple[int, int] | None = None
    """So many in so many days."""
    caller_prefixes: tuple[str, ...] = ()
    registry: str = ""
    registry_days: int | None = None
    wording: str = ""
    source: str = ""
    starts: date | None = None
    ends: date | None = None

    @classmethod
    def of(cls, row: ContactPolicy) -> "Rule":
        """A row of the table as a rule."""
        return cls(
            country=row.country,
            purpose=row.purpose,
            channel=row.channel,
            days=frozenset(row.days),
            opens=row.opens,
            closes=row.closes,
            saturday_closes=row.saturday_closes,
            holidays=row.holidays,
            cap=(row.cap_count, row.cap_days) if row.cap_count is not None and row.cap_days else None,
            consent=row.consent,
            caller_prefixes=tuple(row.caller_prefixes),
            registry=row.registry,
            registry_days=row.registry_days,
            wording=row.wording,
            source=row.source,
            starts=row.effective_from,
            ends=row.effective_to,
        )

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day; one without a beginning is not yet."""
        return self.starts is not None and self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for a channel and purpose. `country` is None where nobody can tell: then the strictest of all hold."""

    country: str | None
    candidates: tuple[Rule, ...]

    def on(self, day: date) -> Rule | None:
        """The rule in force on a day; None where no country has one, and then nothing may be sent."""
        if self.country is not None:
            return _newest(self.candidates, day)
        by_country: dict[str, list[Rule]] = {}
        for each in self.candidates:
            by_country.setdefault(each.country, []).append(each)
        found = [rule for each in by_country.values() if (rule := _newest(each, day))]
        return _strictest(found) if found else None


ALWAYS = Rules(
    "",
    (
        Rule(
            country="",
            purpose="",
            days=frozenset(range(1, 8)),
            opens=time.min,
            closes=time.max,
            consent=ConsentNeed.NONE,
            holidays=True,
            starts=date.min,
        ),
    ),
)
"""No country's rule: for what reaches nobody."""


def pick(everything: Sequence[Rule], *, country: str, channel: str, purpose: str) -> Rules:
    """The rules of a country; of all of them when it has none of its own."""
    fitting = [each for each in everything if each.purpose == purpose and each.channel in {"", channel}]
    own = tuple(each for each in fitting if each.country == country and each.starts is not None)
    return Rules(country, own) if own else Rules(None, tuple(fitting))


_loaded: tuple[float, tuple[Rule, ...]] | None = None


def load() -> tuple[Rule, ...]:
    """Every country's rules, read once a minute by each process."""
    global _loaded  # noqa: PLW0603 -- a cache of one global table
    if _loaded is None or monotonic() - _loaded[0] > _KEPT_SECONDS:
        _loaded = (monotonic(), tuple(Rule.of(row) for row in ContactPolicy.objects.order_by("pk")))
    return _loaded[1]


def forget() -> None:
    """Read them anew next time: this process has just changed one."""
    global _loaded  # noqa: PLW0603
    _loaded = None


def _newest(rules: Iterable[Rule], day: date) -> Rule | None:
    """One for the channel before one for all of them, then the one that began last."""
    return max(
        (each for each in rules if each.holds_on(day)),
        key=lambda each: (bool(each.channel), each.starts or date.min),
        default=None,
    )


def _strictest(rules: Sequence[Rule]) -> Rule:
    """What satisfies every one of them."""
    caps = [each.cap for each in rules if each.cap]
    saturdays = [each.saturday_closes for each in rules if each.saturday_closes]
    return Rule(
        country="",
        purpose=rules[0].purpose if rules else ConsentPurpose.MARKETING,
        days=frozenset.intersection(*(each.days for each in rules)),
        opens=max(each.opens for each in rules),
        closes=min(each.closes for each in rules),
        saturday_closes=min(saturdays, default=None),
        holidays=all(each.holidays for each in rules),
        cap=min(caps, key=lambda cap: cap[0] / cap[1], default=None),
        consent=max((each.consent for each in rules), key=lambda need: _STRICTER[ConsentNeed(need)]),
        starts=max(each.starts or date.min for each in rules),
    )
