"""A simulation as the API shows it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from campaigns import words
from campaigns.api.reading_shapes import ReasonCountOut
from campaigns.simulation.asked import Wish
from campaigns.simulation.outcome import SENT, SKIPPED, Line, Outcome, Way
from campaigns.simulation.running import MOST_LEADS, MOST_WEEKS
from core.api.fields import Identifier, Strict, Whole


class SimulateIn(Strict):
    """From which day on, for how long, and for whom."""

    day = serializers.DateField(
        default=None, allow_null=True, help_text="It begins at nine there; left out: it begins now."
    )
    weeks = Whole(min_value=1, max_value=MOST_WEEKS, default=4)
    leads = serializers.ListField(
        child=Identifier(),
        max_length=MOST_LEADS,
        default=list,
        help_text="Left out: a sample of the leads the campaign is for.",
    )
    sample = Whole(min_value=1, max_value=MOST_LEADS, default=50)

    def wish(self) -> Wish:
        """What is asked for."""
        return Wish(**self.validated_data)


class WaitOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    code = serializers.CharField()
    text = serializers.CharField()


class SimulatedStepOut(serializers.Serializer[Any]):
    step = serializers.IntegerField()
    action = serializers.CharField()
    result = serializers.ChoiceField(choices=["sent", "skipped", "left"], help_text="`sent`: done.")
    reason = serializers.CharField(help_text="A code, for what is not `sent`.")
    text = serializers.CharField(help_text="The reason in the caller's language.")
    due_at = serializers.DateTimeField()
    at = serializers.DateTimeField(help_text="When the message leaves, or the step is done or skipped.")
    channel = serializers.CharField(help_text="Of a message.")
    subject = serializers.CharField()
    body = serializers.CharField()
    waits = WaitOut(many=True, help_text="What kept the message back, and until when.")


class SimulatedLeadOut(serializers.Serializer[Any]):
    lead = serializers.UUIDField()
    name = serializers.CharField()
    refused = serializers.CharField(help_text="Why it does not enter: a code, or nothing.")
    steps = SimulatedStepOut(many=True)
    ended = serializers.CharField(help_text="How it ended: a code, or nothing.")
    next_at = serializers.DateTimeField(allow_null=True, help_text="When it goes on after these weeks.")


class SimulatedDayOut(serializers.Serializer[Any]):
    day = serializers.DateField()
    sent = serializers.IntegerField()
    skipped = serializers.IntegerField()
    left = serializers.IntegerField()


class SimulationOut(serializers.Serializer[Any]):
    """What the campaign would do. There are no costs in it: nobody told any prices."""

    start = serializers.DateTimeField()
    until = serializers.DateTimeField()
    time_zone = serializers.CharField(help_text="Of the days.")
    cut = serializers.BooleanField(help_text="The time ran out before the weeks did.")
    messages = serializers.IntegerField()
    days = SimulatedDayOut(many=True)
    reasons = ReasonCountOut(many=True)
    leads = SimulatedLeadOut(many=True)


class SimulationStartedOut(serializers.Serializer[Any]):
    """More than a hundred leads: a job does it, see GET /jobs/{id}/; its `result.simulation` has every step."""

    job = serializers.UUIDField()


def shown(outcome: Outcome) -> dict[str, Any]:
    """The answer."""
    traces = {line.reason: line.trace for way in outcome.ways for line in way.blocks}
    return {
        "start": outcome.start,
        "until": outcome.until,
        "time_zone": outcome.zone,
        "cut": outcome.cut,
        "messages": outcome.sent,
        "days": [
            {"day": day, "sent": each[SENT], "skipped": each[SKIPPED], "left": each["left"]}
            for day, each in outcome.per_day().items()
        ],
        "reasons": [
            {"code": code, "text": words.of(code, traces.get(code)).text, "count": times}
            for code, times in outcome.reasons().most_common()
        ],
        "leads": list(_ways(outcome.ways)),
    }


def _ways(ways: Iterable[Way]) -> Iterable[dict[str, Any]]:
    for way in ways:
        yield {
            "lead": way.public_id,
            "name": way.name or _("Sin nombre"),
            "refused": way.refused,
            "steps": [_step(line) for line in way.lines],
            "ended": way.ended,
            "next_at": way.next_at,
        }


def _step(line: Line) -> dict[str, Any]:
    waits = [{"at": each.at, "until": each.until, "code": each.code, "text": each.words.text} for each in line.waits]
    return {
        "step": line.number,
        "action": line.action,
        "result": line.became,
        "reason": line.reason,
        "text": line.words.text,
        "due_at": line.due,
        "at": line.at,
        "channel": line.channel,
        "subject": line.subject,
        "body": line.body,
        "waits": waits,
    }
