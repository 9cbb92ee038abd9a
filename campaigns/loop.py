"""The engine's look at campaigns: the first look of those just begun, then what is due."""

from datetime import datetime

from campaigns import runner, triggers


def look(*, now: datetime) -> bool:
    """Take in leads of campaigns that nobody has looked at yet, and do one batch of each. True: there is more."""
    triggers.check_all(now=now, fresh=True)
    return runner.tick(now=now)
