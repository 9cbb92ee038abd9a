"""Giving many leads to somebody and tagging many, and the way back of both (registered with `crm.bulk`)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.actors import Actor
from crm import actions, bulk, leads, tags, timeline
from crm.actions import Cannot, Undone
from crm.bulk import Act, Done
from crm.enums import ActionKind, TimelineKind
from crm.models import Action, Lead, LeadQuerySet, LeadTag, Tag


def giving(to: User | None, count: int) -> Act:
    """The act of giving leads to a person, or to nobody."""
    if to is None:
        label = ngettext("Dejar %(n)d lead sin responsable", "Dejar %(n)d leads sin responsable", count) % {"n": count}
    else:
        label = ngettext("Asignar %(n)d lead a %(to)s", "Asignar %(n)d leads a %(to)s", count) % {"n": count, "to": to}
    return Act(ActionKind.ASSIGN, label[:200], {"to": to.pk if to else None})


def tagging(add: Sequence[str], remove: Sequence[str], count: int) -> Act:
    """The act of putting tags on leads and taking others off, by their names."""
    shown = ", ".join([*(f"+{name}" for name in add), *(f"−{name}" for name in remove)])
    label = ngettext("Etiquetar %(n)d lead: %(tags)s", "Etiquetar %(n)d leads: %(tags)s", count)
    return Act(ActionKind.TAG, (label % {"n": count, "tags": shown})[:200], {"add": [*add], "remove": [*remove]})


@bulk.doer(ActionKind.ASSIGN)
def give(found: LeadQuerySet, values: Mapping[str, Any], by: Actor, now: datetime) -> Done:
    """Give the leads to `to`; a row remembers whose it was."""
    to = User.objects.get(pk=values["to"]) if values["to"] else None
    held = _hold(found)
    rows = {pk: [pk, owner, values["to"]] for pk, owner in held.items() if owner != values["to"]}
    leads.assign(Lead.objects.filter(pk__in=rows), to=to, by=by, now=now)
    return Done(rows, already=len(held) - len(rows))


@actions.undoer(ActionKind.ASSIGN)
def give_back(action: Action, by: Actor, now: datetime) -> Undone:
    """Give leads back to whom they belonged, unless somebody gave them on meanwhile."""
    rows = {pk: (was, given) for pk, was, given in action.before.get("rows", [])}
    held = _hold(bulk.whose(by).filter(pk__in=rows))
    back: dict[int | None, list[int]] = defaultdict(list)
    for pk, owner in held.items():
        was, given = rows[pk]
        if owner == given:
            back[was].append(pk)
    people = {user.pk: user for user in User.objects.filter(pk__in=[pk for pk in back if pk])}
    count = sum(
        leads.assign(Lead.objects.filter(pk__in=keys), to=people[was] if was else None, by=by, now=now)
        for was, keys in back.items()
    )
    return undone(count, len(rows), _("cambió de responsable o ya no está a tu alcance"))


@bulk.doer(ActionKind.TAG)
def tag(found: LeadQuerySet, values: Mapping[str, Any], by: Actor, now: datetime) -> Done:
    """Put the tags `add` on and take `remove` off; a row remembers which of them that changed."""
    held = _hold(found)
    on, off = tags.named(values["add"]), _known(values["remove"])
    rows = retag(held, dict.fromkeys(held, on), dict.fromkeys(held, off), by=by, now=now)
    return Done(rows, already=len(held) - len(rows))


@actions.undoer(ActionKind.TAG)
def untag(action: Action, by: Actor, now: datetime) -> Undone:
    """Take off what was put on, and put on what was taken off."""
    rows = {pk: (added, removed) for pk, added, removed in action.before.get("rows", [])}
    held = _hold(bulk.whose(by).filter(pk__in=rows))
    named = {pk for added, removed in rows.values() for pk in (*added, *removed)}
    known = {tag.pk: tag for tag in Tag.objects.filter(pk__in=named)}
    on = {pk: [known[key] for key in rows[pk][1] if key in known] for pk in held}
    off = {pk: [known[key] for key in rows[pk][0] if key in known] for pk in held}
    changed = retag(held, on, off, by=by, now=now)
    return undone(len(changed), len(rows), _("ya estaba distinto o no está a tu alcance"))


def undone(count: int, total: int, why: str) -> Undone:
    """What an undo says; raises Cannot when nothing came back at all."""
    kept = total - count
    if kept == 0:
        return Undone(count)
    note = ngettext("%(n)d quedó como está: %(why)s.", "%(n)d quedaron como están: %(why)s.", kept)
    text = note % {"n": kept, "why": why}
    if count == 0:
        raise Cannot(text)
    return Undone(count, text)


def _hold(found: LeadQuerySet) -> dict[int, int | None]:
    """Lock the leads; their keys and owners."""
    rows = found.select_for_update(of=("self",)).order_by("pk").values_list("pk", "assigned_to_id")
    return dict(rows)


def _known(names: Iterable[str]) -> list[Tag]:
    return list(Tag.objects.filter(key__in=[tags.key_of(name) for name in names]))


Tags = Mapping[int, Sequence[Tag]]


def retag(held: Iterable[int], on: Tags, off: Tags, *, by: Actor, now: datetime) -> dict[int, Any]:
    """Change the tags of leads that are held; a row [lead, tags put on, tags taken off] for each that changed."""
    keys = list(held)
    worn = defaultdict(set)
    for lead_id, tag_id in LeadTag.objects.filter(lead_id__in=keys).values_list("lead_id", "tag_id"):
        worn[lead_id].add(tag_id)
    added = {pk: [tag for tag in on[pk] if tag.pk not in worn[pk]] for pk in keys}
    removed = {pk: [tag for tag in off[pk] if tag.pk in worn[pk]] for pk in keys}
    gone = [(pk, tag.pk) for pk in keys for tag in removed[pk]]
    if gone:
        links = LeadTag.objects.filter(lead_id__in={pk for pk, _tag in gone}, tag_id__in={tag for _pk, tag in gone})
        doomed = [link.pk for link in links if (link.lead_id, link.tag_id) in set(gone)]
        LeadTag.objects.filter(pk__in=doomed).delete()
    LeadTag.objects.bulk_create([LeadTag(lead_id=pk, tag=tag) for pk in keys for tag in added[pk]])
    changed = [pk for pk in keys if added[pk] or removed[pk]]
    timeline.record_all(
        timeline.entry(
            Lead(pk=pk),
            TimelineKind.TAG,
            by=by,
            at=now,
            data={"added": [tag.name for tag in added[pk]], "removed": sorted(tag.name for tag in removed[pk])},
        )
        for pk in changed
    )
    return {pk: [pk, [tag.pk for tag in added[pk]], [tag.pk for tag in removed[pk]]] for pk in changed}
