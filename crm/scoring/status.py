"""How warm a lead is: told by its score, but for leads that are won or lost."""

from crm.enums import LeadStatus, Stage
from crm.rules.groups import Warmth

_LADDER = (LeadStatus.COLD, LeadStatus.WARM, LeadStatus.HOT)


def warmth(score: int | None, bounds: Warmth | None = None) -> LeadStatus:
    """The status a score stands for; without a score a lead is cold."""
    known = bounds or Warmth()
    if score is None or score < known.warm_from:
        return LeadStatus.COLD
    return LeadStatus.WARM if score < known.hot_from else LeadStatus.HOT


def status_for(score: int, *, stage: Stage, before: LeadStatus, bounds: Warmth) -> LeadStatus:
    """The status of a lead with this score.

    Won is converted, and stays so among the referrals; lost is lost. Otherwise it rises with the score at once, and
    only drops when the score is more than `slack` points below the bound of the status it has.
    """
    if stage == Stage.GANADO or (stage == Stage.REFERIDOS and before == LeadStatus.CONVERTED):
        return LeadStatus.CONVERTED
    if stage == Stage.PERDIDO:
        return LeadStatus.LOST
    told = warmth(score, bounds)
    if before not in _LADDER or _LADDER.index(told) >= _LADDER.index(before):
        return told
    return min(before, warmth(score + bounds.slack, bounds), key=_LADDER.index)
