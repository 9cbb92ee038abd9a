"""The one gate every message passes: when it is planned, when it is written, and right before it leaves.

    facts.of(messages) → judge(facts) → Verdict

`facts.of` is the one place that loads what the checks look at (and, with `hold`, locks it); `judge` is pure;
`asking.ask` asks about a message nobody has written yet; `words` says it all to people.
"""

from messaging.gate.asking import Question, ask
from messaging.gate.judging import judge
from messaging.gate.verdict import Check, Ruling, Said, Verdict

__all__ = ["Check", "Question", "Ruling", "Said", "Verdict", "ask", "judge"]
