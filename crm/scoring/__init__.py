"""The score (docs/rules.md): a pure function of facts and rules, the facts read and the scores written in batches."""

from crm.scoring.facts import Facts
from crm.scoring.formula import Part, Score, score
from crm.scoring.loading import facts_of
from crm.scoring.status import status_for, warmth
from crm.scoring.writing import on_created, on_facts, rescore, rescore_held

__all__ = [
    "Facts",
    "Part",
    "Score",
    "facts_of",
    "on_created",
    "on_facts",
    "rescore",
    "rescore_held",
    "score",
    "status_for",
    "warmth",
]
