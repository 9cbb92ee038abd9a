"""What the board shows of its columns: all figures in one statement, all first cards in one, further pages by key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from crm import next_steps
from crm.enums import Stage
from crm.models import Lead, LeadQuerySet
from crm.next_steps import NextStep
from pipeline import card_marks
from pipeline.cards import Card

PAGE = 25
CLOSED = frozenset({Stage.GANADO, Stage.PERDIDO})
"""Stages where nothing waits for anybody: their leads do not rot."""


@dataclass(slots=True)
class Figures:
    """A column's head: leads, their value by currency, their next steps, and how many have stood too long."""

    total: int = 0
    values: dict[str, Decimal] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NextStep.values, 0))
    rotting: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its figures and the cards at hand. `more` is the key the next page starts after, or None."""

    stage: Stage
    figures: Figures
    cards: list[Card] = field(default_factory=list)
    more: str = ""

    @property
    def money(self) -> list[tuple[Decimal, str]]:
        """Sums and their units, by the unit's name."""
        return [(amount, unit) for unit, amount in sorted(self.figures.values.items())]


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: the rank of its last card and, for cards of the same rank, that card."""

    rank: str
    public_id: UUID

    def __str__(self) -> str:
        return f"{self.rank}~{self.public_id}"

    @classmethod
    def read(cls, text: str) -> "Key":
        """The key in a URL; raises ValueError when it is none."""
        rank, _, public_id = text.partition("~")
        if not rank.isalnum():
            raise ValueError("A key begins with a rank.")
        return cls(rank, UUID(public_id))


def figures(
    leads: LeadQuerySet, *, now: datetime, rotting: Mapping[str, int], stages: Iterable[Stage] = Stage
) -> dict[Stage, Figures]:
    """The figures of the stages over these leads, in one statement; stages without leads are there too."""
    found = {stage: Figures() for stage in stages}
    if len(found) < len(Stage):
        leads = leads.filter(stage__in=list(found))
    rows = (
        leads.order_by()
        .values_list("stage", "budget_unit")
        .annotate(
            leads=Count("*"),
            value=Sum("budget_amount"),
            overdue=Count("stage", filter=next_steps.condition(NextStep.OVERDUE, now=now)),
            today=Count("stage", filter=next_steps.condition(NextStep.TODAY, now=now)),
            stepped=Count("next_step_at"),
            rotting=Count("stage", filter=_stood_too_long(rotting, now)),
        )
    )
    for stage, unit, total, value, overdue, today, stepped, stood in rows:
        column = found[Stage(stage)]
        column.total += total
        if unit and value is not None:
            column.values[unit] = value
        for state, count in zip(NextStep, (overdue, today, stepped - overdue - today, total - stepped), strict=True):
            column.steps[state] += count
        column.rotting += 0 if stage in CLOSED else stood
    return found


def first_cards(leads: LeadQuerySet, *, stages: Iterable[Stage] = Stage) -> dict[Stage, list[Card]]:
    """The first PAGE cards of each stage, in one statement of limited index scans."""
    shown = list(stages)
    parts = [_ordered(leads.filter(stage=stage))[:PAGE] for stage in shown]
    cards: dict[Stage, list[Card]] = {stage: [] for stage in shown}
    for row in parts[0].union(*parts[1:], all=True):
        card = card_marks.card(row)
        cards[Stage(card.stage)].append(card)
    for column in cards.values():
        column.sort(key=lambda card: (card.rank, card.number))
    return cards


def next_cards(leads: LeadQuerySet, *, stage: Stage, after: Key) -> tuple[list[Card], str]:
    """The PAGE cards after a key, and the key to go on from, "" at the end."""
    same = Lead.objects.filter(public_id=after.public_id).values("id")
    beyond = Q(board_rank__gt=after.rank) | Q(board_rank=after.rank, id__gt=same)
    rows = _ordered(leads.filter(beyond, stage=stage, board_rank__gte=after.rank))[: PAGE + 1]
    cards = [card_marks.card(row) for row in rows]
    return cards[:PAGE], more_after(cards[:PAGE], total=len(cards))


def one_card(leads: LeadQuerySet, public_id: UUID) -> Card | None:
    """The card of a lead as stored, or None when it is not among these leads (any more)."""
    row = leads.filter(public_id=public_id).values_list(*card_marks.columns()).first()
    return card_marks.card(row) if row else None


def more_after(cards: list[Card], *, total: int) -> str:
    """The key after the last of these cards when there are more than these in all, else ""."""
    return str(Key(cards[-1].rank, cards[-1].public_id)) if cards and total > len(cards) else ""


def columns(leads: LeadQuerySet, *, now: datetime, rotting: Mapping[str, int], searched: bool = False) -> list[Column]:
    """The whole board over these leads, in two statements; three where a text was `searched`, which finds many keys."""
    heads = figures(leads, now=now, rotting=rotting)
    cards = first_cards(_firsts(leads) if searched else leads)
    return [
        Column(stage, heads[stage], cards[stage], more_after(cards[stage], total=heads[stage].total)) for stage in Stage
    ]


def _firsts(leads: LeadQuerySet) -> LeadQuerySet:
    """The first PAGE leads of each stage, told by one pass: a key list of thousands, read once instead of by stage."""
    place = Window(RowNumber(), partition_by="stage", order_by=("board_rank", "id"))
    placed = leads.order_by().annotate(place=place).filter(place__lte=PAGE).values("id")
    found: LeadQuerySet = Lead.objects.filter(pk__in=list(placed.values_list("id", flat=True)))
    return found


def _stood_too_long(rotting: Mapping[str, int], now: datetime) -> Q:
    """Leads longer in their stage than it allows; stages of the same length are asked about together."""
    found = Q(pk__in=[])
    for days in set(rotting.values()):
        alike = [stage for stage, allowed in rotting.items() if allowed == days]
        here = Q(stage_entered_at__lt=now - timedelta(days=days))
        found |= here if len(alike) == len(rotting) else here & Q(stage__in=alike)
    return found


def _ordered(leads: LeadQuerySet) -> QuerySet[Lead, tuple[Any, ...]]:
    return leads.order_by("board_rank", "id").values_list(*card_marks.columns())
