"""Telling the open pages that something in conversations is different: where, never what."""

from collections.abc import Collection

from core import live
from crm.models import Lead

TOPIC = "threads"
MOST_NAMED = 8
"""Leads that are named; of more, pages ask for everything anew."""


def tell(leads: Collection[Lead]) -> None:
    """Let the open pages know that something in these leads' conversations is different (on commit)."""
    owners = {lead.assigned_to_id for lead in leads}
    named = sorted({str(lead.public_id) for lead in leads})
    facts = {"leads": named} if len(named) <= MOST_NAMED else live.MANY
    live.tell(TOPIC, facts, to=None if None in owners else [one for one in owners if one is not None])
