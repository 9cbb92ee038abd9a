"""A merge taken back: both leads stand as before, but for what somebody changed since."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import events
from core.actors import Actor
from crm import actions, bulk, ties, timeline, todos
from crm.actions import Cannot, Undone
from crm.enums import ActionKind, TimelineKind
from crm.events import FactsChanged, LeadsParted, LeadsRestored
from crm.merging.act import plain
from crm.merging.facts import FACTS
from crm.models import Action, Lead, LeadPhone

_GROUPS = tuple(columns for columns in FACTS.values() if len(columns) > 1)


@actions.undoer(ActionKind.MERGE)
def undo(action: Action, by: Actor, now: datetime) -> Undone:
    """Bring the other lead back with its own rows; raises Cannot when one of the two is not there any more."""
    before = action.before
    if "kept" not in before:
        raise Cannot(_("Ya no se puede deshacer: los datos de esa persona se suprimieron."))
    kept, other = _hold(before["kept"], before["other"])
    if not bulk.whose(by).filter(pk=kept.pk).exists():
        raise Cannot(_("Ya no se puede deshacer: el lead que quedó no está a tu alcance."))
    kept_as_is = _put_back(kept, before["fields"])
    for key, ids in before["moved"].items():
        model, column = ties.rows(key)
        ties.everything(model).filter(pk__in=ids, **{column: kept.pk}).update(**{column: other.pk})
    for pk, kind in before["kinds"].items():
        LeadPhone.objects.filter(pk=int(pk)).update(kind=kind)
    for label, ids in before["made"].items():
        apps.get_model(label).objects.filter(pk__in=ids).delete()
    kept.version += 1
    kept.updated_at = now
    kept.save()
    _revive(other, now)
    todos.refresh_next([kept.pk, other.pk])
    for lead in (kept, other):
        timeline.record(lead, TimelineKind.MERGE, by=by, at=now, data={"what": "split"})
    events.publish(LeadsParted([kept.pk, other.pk], by, now))
    events.publish(LeadsRestored([other.pk], by, now))
    events.publish(FactsChanged([kept.pk, other.pk], by, now, quietly=True))
    words = ngettext("%(n)d dato cambiado después se dejó.", "%(n)d datos cambiados después se dejaron.", kept_as_is)
    return Undone(2, words % {"n": kept_as_is} if kept_as_is else "")


def _hold(kept_id: int, other_id: int) -> tuple[Lead, Lead]:
    both = Lead.everything.filter(pk__in=(kept_id, other_id)).select_for_update(of=("self",)).order_by("pk")
    held = {lead.pk: lead for lead in both}
    kept, other = held.get(kept_id), held.get(other_id)
    if kept is None or other is None or other.merged_into_id != kept.pk:
        raise Cannot(_("Ya no se puede deshacer: uno de los dos leads no está."))
    if kept.deleted_at is not None:
        raise Cannot(_("Ya no se puede deshacer: el lead que quedó se eliminó o se unió con otro. Recupéralo primero."))
    return kept, other


def _put_back(kept: Lead, fields: dict[str, list[Any]]) -> int:
    """Values that are still what the merge wrote, whole facts at a time; returns how many stay as they are."""
    taken = {column for group in _GROUPS for column in group}
    groups = [*_GROUPS, *((column,) for column in fields if column not in taken)]
    left = 0
    for group in groups:
        changed = [column for column in group if column in fields]
        if all(plain(getattr(kept, column)) == fields[column][1] for column in changed):
            for column in changed:
                setattr(kept, column, _python(column, fields[column][0]))
        else:
            left += 1
    return left


def _python(column: str, value: Any) -> Any:  # noqa: ANN401 -- a column's value
    field: Any = Lead._meta.get_field(column)  # noqa: SLF001 -- Django's documented model API
    return field.to_python(value) if not field.is_relation else value


def _revive(other: Lead, now: datetime) -> None:
    other.deleted_at, other.merged_into = None, None
    other.version += 1
    other.updated_at = now
    try:
        with transaction.atomic():
            other.save()
    except IntegrityError as error:
        if "crm_lead_one_per_phone" in str(error):
            raise Cannot(_("No se puede deshacer: el teléfono del otro lead ya es de alguien más.")) from error
        raise
