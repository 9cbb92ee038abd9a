"""What steps do, one module a kind: each takes a batch of visits and says what became of every one."""

from collections.abc import Callable, Sequence
from datetime import datetime

from campaigns.acts import leads, messages, unbuilt
from campaigns.acts.done import Done
from campaigns.deciding import Visit
from campaigns.enums import StepAction
from core.actors import Actor

_Act = Callable[[Sequence[Visit], Actor, datetime], list[Done]]

_ACTS: dict[StepAction, _Act] = {
    StepAction.SEND_MESSAGE: messages.send,
    StepAction.MAKE_CALL: unbuilt.call,
    StepAction.SCHEDULE_MEETING: unbuilt.meet,
    StepAction.UPDATE_STAGE: leads.move,
    StepAction.ASSIGN_AGENT: leads.assign,
    StepAction.ADD_TAG: leads.tag,
    StepAction.NOTIFY_AGENT: leads.notify,
}


def perform(visits: Sequence[Visit], *, by: Actor, now: datetime) -> list[Done]:
    """Do one step for these leads; what became of each, in their order. The visits are all at the same step."""
    return _ACTS[StepAction(visits[0].step.action)](visits, by, now) if visits else []
