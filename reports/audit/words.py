"""The log in words: what kind of thing, what was done to it, what changed, by whom and from where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import tenancy
from core.actors import ActorKind
from crm.models import Action, Lead
from reports.audit.stream import ENTRIES, Event, sources, tracked

DONE = {
    "assignment.saved": gettext_lazy("Cambió el reparto de leads"),
    "audit.exported": gettext_lazy("Se llevó la auditoría en un archivo"),
    "brokerage.saved": gettext_lazy("Cambió los datos de la corredora"),
    "campaign.activated": gettext_lazy("Activó una campaña"),
    "campaign.applied": gettext_lazy("Inscribió leads en una campaña"),
    "campaign.completed": gettext_lazy("Terminó una campaña"),
    "campaign.paused": gettext_lazy("Pausó una campaña"),
    "campaign.resumed": gettext_lazy("Reanudó una campaña"),
    "channel.created": gettext_lazy("Conectó una cuenta de canal"),
    "channel.credentials": gettext_lazy("Cambió las claves de una cuenta de canal"),
    "conversation.released": gettext_lazy("Soltó una conversación"),
    "conversation.reopened": gettext_lazy("Reabrió una conversación"),
    "conversation.resolved": gettext_lazy("Dio por resuelta una conversación"),
    "conversation.snoozed": gettext_lazy("Pospuso una conversación"),
    "conversation.taken": gettext_lazy("Tomó una conversación"),
    "export.made": gettext_lazy("Se llevó una lista de leads en un archivo"),
    "figures.exported": gettext_lazy("Se llevó una tabla de cifras en un archivo"),
    "invitation.accepted": gettext_lazy("Aceptó una invitación y entró al equipo"),
    "invitation.resent": gettext_lazy("Envió de nuevo una invitación"),
    "invitation.sent": gettext_lazy("Invitó a una persona"),
    "invitation.withdrawn": gettext_lazy("Retiró una invitación"),
    "message.assumed_sent": gettext_lazy("Dio por enviado un mensaje sin confirmar"),
    "message.given_up": gettext_lazy("Dio por no enviado un mensaje sin confirmar"),
    "message.resent": gettext_lazy("Envió de nuevo un mensaje sin confirmar"),
    "person.erased": gettext_lazy("Suprimió los datos de una persona"),
    "person.exported": gettext_lazy("Se llevó los datos de una persona"),
    "rules.saved": gettext_lazy("Cambió las reglas"),
    "sending.resumed": gettext_lazy("Reanudó los envíos"),
    "sending.stopped": gettext_lazy("Detuvo todos los envíos"),
    "suppression.added": gettext_lazy("Bloqueó una dirección"),
    "suppression.lifted": gettext_lazy("Quitó una dirección de la lista de no escribir"),
    "suppressions.read": gettext_lazy("Leyó un registro de no molestar"),
    "token.issued": gettext_lazy("Creó una llave de API"),
    "token.revoked": gettext_lazy("Revocó una llave de API"),
    "user.deactivated": gettext_lazy("Quitó el acceso a una persona"),
    "user.reactivated": gettext_lazy("Devolvió el acceso a una persona"),
    "user.role": gettext_lazy("Cambió el rol de una persona"),
    "view.shared": gettext_lazy("Compartió o cambió una vista del equipo"),
    "view.withdrawn": gettext_lazy("Quitó una vista del equipo"),
    "visit.entered": gettext_lazy("Soporte entró a esta corredora"),
}
"""What entries say; an action nobody put into words is shown as it is stored."""
VERBS = {"insert": gettext_lazy("creó"), "update": gettext_lazy("cambió"), "delete": gettext_lazy("borró")}
_SILENT = frozenset(
    {"id", "broker_id", "public_id", "version", "board_rank", "updated_at", "created_at", "search_text"}
)
UNNAMED = {
    "deleted_at": gettext_lazy("En la papelera"),
    "merged_into_id": gettext_lazy("Unido a otro lead"),
    "opted_out_at": gettext_lazy("Pidió no recibir más"),
    "stage_entered_at": gettext_lazy("Entró a la etapa"),
    "lost_note": gettext_lazy("Detalle de la pérdida"),
    "income_band": gettext_lazy("Tramo de renta"),
    "source_detail": gettext_lazy("Detalle del origen"),
    "qualified_by": gettext_lazy("Reglas que la calificaron"),
}
"""Columns that have no name of their own because no form shows them."""
_LONGEST, _SHOWN = 200, 8


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its name in the API, its label, before and after in words."""

    name: str
    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log, ready to be drawn."""

    event: Event
    thing: str
    verb: str
    lead: Lead | None
    changes: list[Change]

    @property
    def said(self) -> str:
        """The row as a person says it, what was done first: "Creó: tarea"."""
        if not self.verb:
            return self.thing
        return f"{_upper(self.verb)}: {self.thing[:1].lower()}{self.thing[1:]}"


@dataclass(slots=True)
class Act:
    """Rows that one act wrote, the newest first, with the way to take it back where there is one."""

    at: datetime
    who: str
    machine: bool
    address: str
    reason: str
    lines: list[Line] = field(default_factory=list)
    undo: UUID | None = None

    @property
    def shown(self) -> list[Line]:
        """The first rows; an act over hundreds of leads tells how many more there are."""
        return self.lines[:_SHOWN]

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return max(0, len(self.lines) - _SHOWN)


def lines(events: Iterable[Event]) -> list[Line]:
    """Events in words. Two statements more, however many events."""
    found = list(events)
    leads = Lead.everything.in_bulk({event.lead for event in found if event.lead})
    names = {user.pk: str(user) for user in User.objects.filter(broker_id=tenancy.current())}
    models_by_kind = {kind: tracked(model) for kind, model in sources().items()}
    return [_line(event, models_by_kind.get(event.kind), leads, names) for event in found]


def acts(events: Iterable[Event]) -> list[Act]:
    """Events grouped by the act that wrote them, with what can be undone. Three statements more."""
    grouped: dict[str, Act] = {}
    for line in lines(events):
        event = line.event
        who, machine = _who(event.context)
        address, reason = str(event.context.get("address") or ""), reason_words(event.context)
        grouped.setdefault(event.act, Act(event.at, who, machine, address, reason)).lines.append(line)
    open_ones = Action.objects.filter(undone_at=None, before__act__in=list(grouped)) if grouped else []
    for action in open_ones:
        grouped[action.before["act"]].undo = action.public_id
    return list(grouped.values())


def kinds() -> list[tuple[str, str]]:
    """The kinds of things the log tells of, with their names."""
    found = [(kind, _thing(tracked(model))) for kind, model in sources().items()]
    return [*sorted(found, key=lambda each: each[1]), (ENTRIES, _("Otros actos"))]


def reason_words(context: dict[str, Any]) -> str:
    """Why, as a person wrote it; the marks code leaves for itself in words."""
    reason = str(context.get("reason") or "")
    return {"merge": _("Unión de dos leads"), "distribute": _("Reparto")}.get(
        reason, _("Deshacer") if reason.startswith("undo ") else reason
    )


def _who(context: dict[str, Any]) -> tuple[str, bool]:
    kind = context.get("kind")
    if not kind:
        return _("Sin registrar"), True
    label = str(context.get("label") or "")
    kind_label = str(dict(ActorKind.choices).get(kind, kind))
    if kind == ActorKind.USER and label:
        return label, False
    return (f"{kind_label} · {label}" if label else kind_label), kind != ActorKind.USER


def _line(event: Event, model: type[models.Model] | None, leads: dict[int, Lead], names: dict[int, str]) -> Line:
    lead = leads.get(event.lead) if event.lead else None
    if model is None:
        return Line(event, str(DONE.get(event.verb, event.verb)), "", lead, list(_data(event.now)))
    changes = list(_changes(event, model, names)) if event.verb == "update" else []
    return Line(event, _thing(model), str(VERBS.get(event.verb, event.verb)), lead, changes)


def _thing(model: type[models.Model]) -> str:
    name = str(model._meta.verbose_name)  # noqa: SLF001 -- Django's documented model API
    return _upper(name)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _changes(event: Event, model: type[models.Model], names: dict[int, str]) -> Iterator[Change]:
    was = event.was or {}
    for name, value in event.now.items():
        if name.startswith("pgh_") or name in _SILENT or was.get(name) == value:
            continue
        label = _label(model, name)
        yield Change(name, label, _value(model, name, was.get(name), names), _value(model, name, value, names))


def _data(data: dict[str, Any]) -> Iterator[Change]:
    for name, value in data.items():
        yield Change(name, name, "", _short(value))


def _label(model: type[models.Model], column: str) -> str:
    if column in UNNAMED:
        return str(UNNAMED[column])
    try:
        label = str(model._meta.get_field(column.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001
    except FieldDoesNotExist:
        label = column
    return label[:1].upper() + label[1:]


def _value(model: type[models.Model], column: str, value: Any, names: dict[int, str]) -> str:  # noqa: ANN401 -- JSON
    if value is None or value == "" or isinstance(value, bool):
        return {True: _("sí"), False: _("no")}.get(value, "") if isinstance(value, bool) else ""
    try:
        stored: Any = model._meta.get_field(column.removesuffix("_id"))  # noqa: SLF001 -- Django's documented model API
    except FieldDoesNotExist:
        return _short(value)
    if stored.is_relation:
        return names.get(value, f"#{value}") if stored.related_model is User else "…"
    if isinstance(value, (str, int)) and value in (choices := dict(stored.flatchoices)):
        return str(choices[value])
    at = parse_datetime(str(value)) if isinstance(stored, models.DateTimeField) else None
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else _short(value)


def _short(value: Any) -> str:  # noqa: ANN401 -- JSON
    if isinstance(value, dict):
        value = ", ".join(f"{name}: {each}" for name, each in value.items())
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
