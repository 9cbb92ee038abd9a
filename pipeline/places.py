"""Where a card lands in its column: by another card, at the top, or where it was."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Subquery

from core import ranks
from crm.enums import Stage
from crm.models import Lead
from pipeline.wishes import Move


def beside(public_id: UUID, wish: Move) -> dict[str, Subquery]:
    """The ranks around the card a lead is dropped by, as columns to read the lead with.

    `below` and `over_it` stand around the place above the card named `before`, `above` and `under_it` around the place
    below the one named `after`; a card that is gone meanwhile leaves its two empty.
    """
    column = Lead.objects.filter(stage=wish.to).exclude(public_id=public_id)
    around: dict[str, Subquery] = {}
    if wish.before:
        below = Subquery(column.filter(public_id=wish.before).values("board_rank"))
        over_it = column.filter(board_rank__lt=below).order_by("-board_rank").values("board_rank")[:1]
        around |= {"below": below, "over_it": Subquery(over_it)}
    if wish.after:
        above = Subquery(column.filter(public_id=wish.after).values("board_rank"))
        under_it = column.filter(board_rank__gt=above).order_by("board_rank").values("board_rank")[:1]
        around |= {"above": above, "under_it": Subquery(under_it)}
    return around


def rank(read: dict[str, Any], now: datetime) -> str:
    """The rank between the cards that were found there, else the top."""
    if read.get("below"):
        return ranks.between(read["over_it"] or "", read["below"])
    if read.get("above"):
        return ranks.between(read["above"], read["under_it"] or "")
    return ranks.top(now)


def on_top(leads: Iterable[Lead], now: datetime) -> list[tuple[Lead, str]]:
    """Leads with their ranks at the top of a column, in the order they stand on the board now."""
    order = sorted(leads, key=lambda lead: (list(Stage).index(Stage(lead.stage)), lead.board_rank, lead.pk))
    return [(lead, ranks.top(now - timedelta(microseconds=place))) for place, lead in enumerate(order)]
