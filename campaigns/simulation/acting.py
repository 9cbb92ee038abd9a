"""Steps done in memory: a message becomes a letter, a lead at hand is changed as the function that owns it would."""

from collections.abc import Callable, Mapping
from datetime import datetime

from campaigns.acts import leads, unbuilt
from campaigns.acts.done import Done, skipped
from campaigns.deciding import Visit
from campaigns.enums import LogStatus, StepAction
from campaigns.simulation.scores import Scores
from campaigns.simulation.walks import Walk
from core.actors import Actor
from crm import assignment
from crm.enums import Stage
from pipeline import steps as pipeline_steps
from pipeline.wishes import Incomplete, NotAllowed, check

_Act = Callable[["Hands", Walk, Visit, datetime], Done]


class Hands:
    """Does every step but messages, to leads in memory."""

    def __init__(self, scores: Scores, by: Actor) -> None:
        self._scores, self._by = scores, by
        self._seats: tuple[list[assignment.Seat], bool] | None = None

    def do(self, walk: Walk, visit: Visit, now: datetime) -> Done:
        """What became of the step."""
        return _ACTS[StepAction(visit.step.action)](self, walk, visit, now)

    def move(self, walk: Walk, visit: Visit, now: datetime) -> Done:
        """Through pipeline's table; what the stage means for the status and the score follows."""
        lead, wish = walk.lead, leads.wish_of(visit.step)
        try:
            forced = check(lead, wish)
        except (NotAllowed, Incomplete):
            return skipped("not_allowed", now, stage=lead.stage)
        if lead.stage == wish.to:
            return skipped("already_there", now, stage=lead.stage)
        step = pipeline_steps.to(lead, wish, lead.board_rank, forced=forced)
        for name, value in step.values.items():
            setattr(lead, name, value)
        lead.stage, lead.stage_entered_at = Stage(wish.to), now
        self._scores.tell([walk], now)
        return Done(LogStatus.SENT, now)

    def assign(self, walk: Walk, visit: Visit, now: datetime) -> Done:
        """To the step's person, or whoever's turn it would be."""
        lead, to = walk.lead, visit.step.assign_to
        if to is None and lead.assigned_to_id is not None:
            return skipped("has_owner", now)
        if to is None:
            seats, by_load = self._seats = self._seats or assignment.foreseen()
            came = assignment.deal([lead.pk], seats, by_load=by_load, now=now)
            to = next(iter(came.given), None)
            if to is None:
                return skipped("nobody_free", now)
        if not to.is_active:
            return skipped("person_gone", now)
        lead.assigned_to = to
        return Done(LogStatus.SENT, now)

    def tag(self, walk: Walk, visit: Visit, now: datetime) -> Done:
        """The step's tag."""
        if visit.step.tag is None:
            return skipped("no_tag", now)
        walk.tags.add(str(visit.step.tag.public_id))
        return Done(LogStatus.SENT, now)

    def notify(self, walk: Walk, _visit: Visit, now: datetime) -> Done:
        """Nobody is told; whether there is somebody to tell."""
        return Done(LogStatus.SENT, now) if walk.lead.assigned_to_id else skipped("no_owner", now)

    def call(self, _walk: Walk, visit: Visit, now: datetime) -> Done:
        """As the engine does it."""
        return unbuilt.call([visit], self._by, now)[0]

    def meet(self, _walk: Walk, visit: Visit, now: datetime) -> Done:
        """As the engine does it."""
        return unbuilt.meet([visit], self._by, now)[0]


_ACTS: Mapping[StepAction, _Act] = {
    StepAction.MAKE_CALL: Hands.call,
    StepAction.SCHEDULE_MEETING: Hands.meet,
    StepAction.UPDATE_STAGE: Hands.move,
    StepAction.ASSIGN_AGENT: Hands.assign,
    StepAction.ADD_TAG: Hands.tag,
    StepAction.NOTIFY_AGENT: Hands.notify,
}
