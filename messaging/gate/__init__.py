"""The one gate every message passes: when it is planned, when it is written, and right before it leaves.

    facts.of(messages) → judge(facts) → Verdict

`facts.of` is the one place that loads what the checks look at (and, with `hold`, locks it); `judge` is pure.
"""

from messaging.gate.judging import judge
from messaging.gate.verdict import Check, Ruling, Said, Verdict

__all__ = ["Check", "Ruling", "Said", "Verdict", "judge"]
