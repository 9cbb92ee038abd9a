"""New leads find somebody: by turns, or whoever has the fewest.

Distributions of a brokerage wait for one another at its policy's row, so that each lead is given once and nobody is a
turn ahead. Who is paused, away or full is skipped; when nobody is left the leads stay without an owner and the people
who run the brokerage are told.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from accounts.enums import Role
from accounts.models import User
from core import audit, tenancy
from core.actors import Actor, ActorKind
from crm import leads, notices
from crm.enums import AssignmentMode, NoticeKind, Stage
from crm.events import LeadsCreated
from crm.models import AgentQueue, AssignmentPolicy, Lead
from crm.notices import Notice

CLOSED = (Stage.GANADO, Stage.PERDIDO)
"""Leads there take nobody's time any more."""
_WAYS = {
    ActorKind.FORM: "from_forms",
    ActorKind.WEBHOOK: "from_forms",  # who writes to us by themselves
    ActorKind.API: "from_api",
    ActorKind.IMPORT: "from_imports",
}
_TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class Distribution:
    """What came of it: the leads by who got them, and those nobody was there for."""

    given: dict[User, list[int]] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many leads found somebody."""
        return sum(len(ids) for ids in self.given.values())


@dataclass(slots=True)
class Seat:
    """A person's place in the round and how many open leads they have."""

    queue: AgentQueue
    load: int

    @property
    def has_room(self) -> bool:
        """Whether they may be given one more."""
        return self.queue.capacity is None or self.load < self.queue.capacity

    @property
    def turn(self) -> tuple[bool, Any, int]:
        """Who was given nothing yet comes first, then who waits longest."""
        return self.queue.last_given_at is not None, self.queue.last_given_at, self.queue.user_id


def policy() -> AssignmentPolicy:
    """The brokerage's policy; made, switched off, when there is none."""
    with audit.by(Actor.system()):  # whoever looked first did nothing
        AssignmentPolicy.objects.bulk_create([AssignmentPolicy()], ignore_conflicts=True)
    return AssignmentPolicy.objects.get()


def queues() -> list[AgentQueue]:
    """Everybody who works there with their place in the round, by name; made where missing."""
    team = User.objects.filter(broker_id=tenancy.current(), is_active=True).order_by("name", "email")
    people = {user.pk: user for user in team}
    known = set(AgentQueue.objects.values_list("user_id", flat=True))
    missing = [
        AgentQueue(user=user, in_rotation=user.role == Role.AGENT) for user in people.values() if user.pk not in known
    ]
    if missing:
        with audit.by(Actor.system()):  # whoever looked first did nothing
            AgentQueue.objects.bulk_create(missing, ignore_conflicts=True)
    found = {queue.user_id: queue for queue in AgentQueue.objects.filter(user__in=people)}
    for pk, queue in found.items():
        queue.user = people[pk]
    return [found[pk] for pk in people if pk in found]


def distribute(lead_ids: Collection[int], *, by: Actor, now: datetime) -> Distribution:
    """Give each of these leads that has no owner to somebody, once. Statements grow with the people, not the leads."""
    with audit.by(by, reason="distribute"), transaction.atomic():
        policy()
        rule = AssignmentPolicy.objects.select_for_update().get()
        free = Lead.objects.filter(pk__in=lead_ids, assigned_to=None).select_for_update(of=("self",)).order_by("pk")
        waiting = [lead.pk for lead in free]
        seats = _seats()
        came = deal(waiting, seats, by_load=rule.mode == AssignmentMode.LOAD, now=now)
        for user, ids in came.given.items():
            leads.assign(Lead.objects.filter(pk__in=ids), to=user, by=by, now=now)
        AgentQueue.objects.bulk_update([seat.queue for seat in seats], ["last_given_at"])
        if came.left:
            _tell_nobody_is_there(came.left, now)
    return came


def on_leads_created(event: LeadsCreated) -> None:
    """Give new leads away where the brokerage said so for the way they came (a reaction)."""
    way = _WAYS.get(event.by.kind)
    waiting = {lead.pk: lead for lead in event.leads if lead.assigned_to_id is None}
    if way is None or not waiting:
        return
    rule = AssignmentPolicy.objects.first()
    if rule is None or rule.mode == AssignmentMode.OFF or not getattr(rule, way):
        return
    came = distribute(waiting, by=Actor.system(), now=event.at)
    for user, ids in came.given.items():
        for lead_id in ids:
            waiting[lead_id].assigned_to = user
            waiting[lead_id].version += 1


def pause(user: User, *, paused: bool, until: datetime | None, by: Actor) -> AgentQueue:
    """Take a person out of the round, until a moment or until they come back; the leads they have stay theirs."""
    with audit.by(by), transaction.atomic():
        queues()
        queue = AgentQueue.objects.select_for_update().get(user=user)
        queue.paused, queue.paused_until = paused, until if paused else None
        queue.save(update_fields=["paused", "paused_until"])
    return queue


def loads() -> dict[int, int]:
    """How many open leads each person has, by their key."""
    open_leads = Lead.objects.filter(assigned_to__isnull=False).exclude(stage__in=CLOSED)
    return dict(open_leads.order_by().values_list("assigned_to").annotate(n=Count("pk")))


def settle(rule: Mapping[str, Any], seats: Mapping[int, Mapping[str, Any]], *, by: Actor, now: datetime) -> None:
    """Store the policy and each person's place, by the user's key; what is the same writes nothing."""
    with audit.by(by), transaction.atomic():
        policy()
        held = AssignmentPolicy.objects.select_for_update().get()
        for name, value in rule.items():
            setattr(held, name, value)
        held.save()
        changed = []
        for queue in AgentQueue.objects.select_for_update().filter(user_id__in=seats).order_by("pk"):
            for name, value in seats[queue.user_id].items():
                setattr(queue, name, value)
            changed.append(queue)
        AgentQueue.objects.bulk_update(changed, ["in_rotation", "paused", "paused_until", "capacity"])
        audit.note("assignment.saved", by=by, now=now, data={"mode": held.mode})


def _seats() -> list[Seat]:
    """Who may be given leads now, with what they have on their hands."""
    return _ready(queues())


def _ready(found: list[AgentQueue]) -> list[Seat]:
    ready = [queue for queue in found if queue.in_rotation and not queue.is_paused]
    busy = loads()
    return [Seat(queue, busy.get(queue.user_id, 0)) for queue in ready]


def foreseen() -> tuple[list[Seat], bool]:
    """Who would be given leads now, and whether by load; writes nothing, unlike `queues` and `policy`."""
    team = User.objects.filter(broker_id=tenancy.current(), is_active=True).order_by("name", "email")
    known = {queue.user_id: queue for queue in AgentQueue.objects.all()}
    rule = AssignmentPolicy.objects.first() or AssignmentPolicy()
    found = []
    for user in team:
        queue = known.get(user.pk) or AgentQueue(user=user, in_rotation=user.role == Role.AGENT)
        queue.user = user
        found.append(queue)
    return _ready(found), rule.mode == AssignmentMode.LOAD


def deal(waiting: list[int], seats: list[Seat], *, by_load: bool, now: datetime) -> Distribution:
    """Who gets which lead, in memory; the seats remember it."""
    came, given = Distribution(), defaultdict(list)
    last = max((seat.queue.last_given_at for seat in seats if seat.queue.last_given_at), default=now)
    clock = max(now, last)
    for number, lead_id in enumerate(waiting):
        open_seats = [seat for seat in seats if seat.has_room]
        if not open_seats:
            came.left = waiting[number:]
            break
        seat = min(open_seats, key=lambda seat: ((seat.load if by_load else 0), seat.turn))
        clock += _TICK
        seat.load, seat.queue.last_given_at = seat.load + 1, clock
        given[seat.queue.user].append(lead_id)
    came.given = dict(given)
    return came


def _tell_nobody_is_there(lead_ids: list[int], now: datetime) -> None:
    """One notice for each who runs the brokerage, about the first of the leads; with its key."""
    admins = User.objects.filter(broker_id=tenancy.current(), is_active=True, role=Role.ADMIN).order_by("pk")
    lead = Lead.objects.get(pk=lead_ids[0])
    data = {"source": lead.source, "by": "", "unassigned": len(lead_ids)}
    key = f"lead:{lead.pk}:new"
    notices.tell([Notice(admin, NoticeKind.NEW_LEAD, key, lead, data) for admin in admins], by=Actor.system(), now=now)
