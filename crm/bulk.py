"""The same act on many leads: at once up to a batch, else as a job, always taken back as one (`crm.actions`).

A kind registers its doer, which holds the leads it is given, does what it can, and says in words what it could not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from core import audit, jobs
from core.actors import Actor
from core.models import Job
from crm import actions
from crm.enums import ActionKind
from crm.models import Action, Lead, LeadQuerySet

BATCH = 500
"""As many leads are done in one transaction, and in one request; more is a job."""
MOST = 20_000
"""More than this is asked to be narrowed down."""


@dataclass(frozen=True, slots=True)
class Act:
    """What shall be done: its kind, how it is called, and the values its doer reads (as JSON holds them)."""

    kind: ActionKind
    label: str
    values: Mapping[str, Any]


@dataclass(slots=True)
class Done:
    """What became of the leads: the keys of those changed with a row each to undo it by; and the others."""

    rows: dict[int, Any] = field(default_factory=dict)
    already: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    action: Action | None = None

    @property
    def changed(self) -> int:
        """How many leads are different now."""
        return len(self.rows)


Doer = Callable[[LeadQuerySet, Mapping[str, Any], Actor, datetime], Done]
_DOERS: dict[str, Doer] = {}


def doer(kind: ActionKind) -> Callable[[Doer], Doer]:
    """Name the function that does acts of a kind; it runs in one transaction, inside `audit.by`."""

    def register(do: Doer) -> Doer:
        _DOERS[kind] = do
        return do

    return register


def at_once(act: Act, leads: LeadQuerySet, *, by: Actor, now: datetime) -> Done:
    """Do it to all of these in one transaction, a constant number of statements; nothing changed is no action."""
    with audit.by(by), transaction.atomic():
        done = _DOERS[act.kind](leads, act.values, by, now)
        if done.rows:
            keys, rows = [*done.rows], {"rows": [*done.rows.values()]}
            done.action = actions.remember(act.kind, label=act.label, lead_ids=keys, before=rows, by=by, now=now)
    return done


def as_job(act: Act, keys: Sequence[int], *, user: User, by: Actor, now: datetime) -> Job:
    """Do it batch after batch; the action that takes it back grows with it."""
    with transaction.atomic():
        action = actions.remember(act.kind, label=act.label, lead_ids=[], before={"rows": []}, by=by, now=now)
        asked = {"kind": act.kind, "values": dict(act.values), "leads": list(keys), "user": user.pk}
        asked |= {"action": action.pk, "already": 0, "refused": {}}
        return jobs.start(kind="bulk", label=act.label, by=by, arguments=asked, total=len(keys))


@jobs.runner("bulk")
def run(job: Job) -> None:
    """The job of `as_job`: each batch is one transaction with its progress."""
    more = True
    while more:
        with jobs.inside(job), transaction.atomic():
            more = _batch(job, now=timezone.now())
    with jobs.inside(job):
        action = Action.objects.get(pk=job.arguments["action"])
    said = {"changed": action.count, "already": job.arguments["already"], "refused": job.arguments["refused"]}
    result = {**said, "action": str(action.public_id), "note": told(**said)}
    if action.count and action.undone_at is None:
        result["undo_url"] = reverse("crm:action-undo", args=[action.public_id])
    jobs.finish(job, result=result, now=timezone.now())


def told(changed: int, already: int, refused: Mapping[str, int]) -> str:
    """What became of the leads, in words, also of those that stayed as they were."""
    text = ngettext("%(n)d lead cambió.", "%(n)d leads cambiaron.", changed) % {"n": changed}
    if already:
        text += " " + ngettext("%(n)d ya estaba así.", "%(n)d ya estaban así.", already) % {"n": already}
    for why, count in refused.items():
        stayed = ngettext("%(n)d no cambió: %(why)s.", "%(n)d no cambiaron: %(why)s.", count)
        text += " " + stayed % {"n": count, "why": why}
    return text


def whose(by: Actor) -> LeadQuerySet:
    """The leads the person who acts may see; all for one who is no person of the brokerage."""
    user = User.objects.filter(pk=by.user_id).first() if by.user_id else None
    return Lead.objects.visible_to(user) if user else Lead.objects.all()


def _batch(job: Job, *, now: datetime) -> bool:
    asked = job.arguments
    keys = asked["leads"][job.done : job.done + BATCH]
    if not keys:
        return False
    action = Action.objects.select_for_update(of=("self",)).get(pk=asked["action"])
    if action.undone_at is not None:
        return False  # taken back meanwhile: the others stay as they are, too
    leads = Lead.objects.visible_to(User.objects.get(pk=asked["user"])).filter(pk__in=keys)
    by = Actor(job.by_kind, job.by_user_id, job.by_label)  # type: ignore[arg-type] # stored as its value
    with audit.by(by):
        done = _DOERS[asked["kind"]](leads, asked["values"], by, now)
    before = action.before
    for name, rows in (("leads", done.rows), ("rows", done.rows.values())):
        before[name] = [*before.get(name, ()), *rows]  # erasing a person empties it meanwhile
    action.count += done.changed
    action.save(update_fields=["before", "count"])
    job.done += len(keys)
    asked |= {"already": asked["already"] + done.already, "refused": dict(Counter(asked["refused"]) + done.refused)}
    jobs.advance(job, done=job.done, now=now)
    Job.objects.filter(pk=job.pk).update(arguments=asked)
    return True


def batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Remembered rows in stretches that one statement takes well."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
