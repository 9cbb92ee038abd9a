"""A brokerage's rules as a whole: read from a stored document, checked, and written back.

A number's path, `profile.name` or `stages.agendado.score`, is its key in a document and its name in forms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django.utils.translation import gettext as _

from crm.enums import Stage
from crm.rules.groups import (
    Advance,
    Behavior,
    Criteria,
    Engagement,
    Financial,
    Penalties,
    Profile,
    StageRules,
    Warmth,
    default_stages,
)
from crm.rules.numbers import Bad, Number, Value


class Leaf(NamedTuple):
    """One number of a set of rules."""

    path: str
    number: Number
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of a brokerage's rules; version 0 are the defaults. `rotting_default` is the brokerage's own."""

    GROUPS: ClassVar[dict[str, type[Any]]] = {
        "criteria": Criteria,
        "profile": Profile,
        "behavior": Behavior,
        "engagement": Engagement,
        "financial": Financial,
        "penalties": Penalties,
        "warmth": Warmth,
        "advance": Advance,
    }

    version: int = 0
    rotting_default: int = 7
    criteria: Criteria = field(default_factory=Criteria)
    profile: Profile = field(default_factory=Profile)
    behavior: Behavior = field(default_factory=Behavior)
    engagement: Engagement = field(default_factory=Engagement)
    financial: Financial = field(default_factory=Financial)
    penalties: Penalties = field(default_factory=Penalties)
    warmth: Warmth = field(default_factory=Warmth)
    advance: Advance = field(default_factory=Advance)
    stages: Mapping[Stage, StageRules] = field(default_factory=default_stages)

    def rotting_days(self, stage: Stage) -> int:
        """Whole days after which a lead of this stage has stood there too long."""
        own = self.stages[stage].rotting_days
        return self.rotting_default if own is None else own

    def rotting(self) -> dict[str, int]:
        """The same for all stages."""
        return {stage.value: self.rotting_days(stage) for stage in Stage}

    def band(self, income: Decimal | None) -> int | None:
        """The coarse band (0-4) of a declared monthly income; None without one."""
        return None if income is None else sum(income >= bound for bound in self.financial.bounds)

    def leaves(self) -> Iterator[Leaf]:
        """All numbers, in the order of the page."""
        for name in self.GROUPS:
            yield from _leaves(name, getattr(self, name))
        for stage, rules in self.stages.items():
            yield from _leaves(f"stages.{stage.value}", rules)

    def document(self) -> dict[str, Any]:
        """The rules as stored: {path: whole number, text of a decimal, true, false or null}."""
        return {leaf.path: str(leaf.value) if isinstance(leaf.value, Decimal) else leaf.value for leaf in self.leaves()}

    def changed(self, document: Mapping[str, Any], *, version: int) -> "Rules":
        """These rules with the numbers of a document instead; raises Bad, naming every number that cannot be."""
        known = {leaf.path: leaf for leaf in self.leaves()}
        errors: dict[str, str] = {path: _("No existe.") for path in document if path not in known}
        values: dict[str, Value] = {}
        for path, leaf in known.items():
            try:
                values[path] = leaf.number.read(document[path]) if path in document else leaf.value
            except ValueError as error:
                errors[path] = str(error)
        if not errors:
            errors = _contradictions(values)
        if errors:
            raise Bad(errors)
        groups = {name: kind(**_under(values, name)) for name, kind in self.GROUPS.items()}
        stages = {stage: StageRules(**_under(values, f"stages.{stage.value}")) for stage in Stage}
        return Rules(version=version, rotting_default=self.rotting_default, stages=stages, **groups)


def _leaves(prefix: str, group: Any) -> Iterator[Leaf]:  # noqa: ANN401 -- any of the groups
    for each in fields(group):
        yield Leaf(f"{prefix}.{each.name}", each.metadata["number"], getattr(group, each.name))


def _under(values: Mapping[str, Value], prefix: str) -> dict[str, Any]:
    start = f"{prefix}."
    return {path.removeprefix(start): value for path, value in values.items() if path.startswith(start)}


_RISING = (
    ("criteria.income_least", "criteria.income_good"),
    ("financial.bound_1", "financial.bound_2"),
    ("financial.bound_2", "financial.bound_3"),
    ("financial.bound_3", "financial.bound_4"),
    ("warmth.warm_from", "warmth.hot_from"),
)


def _contradictions(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        high: _("Tiene que ser mayor que el anterior (%(low)s).") % {"low": values[low]}
        for low, high in _RISING
        if values[low] >= values[high]
    }
