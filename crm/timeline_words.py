"""The timeline in words: names of fields and values as people know them, never raw keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.actors import ActorKind
from core.money import format_money
from crm import consent_words, custom_values, mentions
from crm.enums import Channel, ConsentBasis, ConsentState, LostReason, Stage, TimelineKind
from crm.models import Lead, TimelineEntry

KINDS: dict[str, tuple[Any, tuple[TimelineKind, ...]]] = {
    "notes": (gettext_lazy("Notas"), (TimelineKind.NOTE,)),
    "contacts": (gettext_lazy("Contactos"), (TimelineKind.CONTACT, TimelineKind.VISIT)),
    "tasks": (gettext_lazy("Tareas"), (TimelineKind.TASK,)),
    "stages": (gettext_lazy("Etapas"), (TimelineKind.STAGE,)),
    "data": (gettext_lazy("Datos"), (TimelineKind.EDIT, TimelineKind.ASSIGN, TimelineKind.TAG)),
    "consent": (gettext_lazy("Consentimiento"), (TimelineKind.CONSENT,)),
    "entry": (gettext_lazy("Ingreso"), (TimelineKind.CREATED, TimelineKind.IMPORT)),
}
"""The chips above the stream: name in the URL, label, kinds shown."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_PEOPLE = {ActorKind.USER, ActorKind.PLATFORM, ActorKind.API}


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that changed, in words; `was` and `now` are "" where nothing stood or the value is not shown."""

    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry ready to be drawn. `day` is set on the first entry of a day."""

    entry: TimelineEntry
    who: str
    day: str = ""
    changes: list[Changed] = field(default_factory=list)
    words: dict[str, Any] = field(default_factory=dict)
    undo_url: str = ""
    body: str = ""


def lines(entries: Iterable[TimelineEntry], lead: Lead, *, now: datetime, last_day: str = "") -> list[Line]:
    """Entries, newest first, as lines; `last_day` is the ISO day of the entry drawn before these."""
    drawn: list[Line] = []
    moved = bool(last_day)  # further down nothing is the last change of stage
    entries = list(entries)
    names = mentions.named(entry.body for entry in entries if entry.kind == TimelineKind.NOTE)
    for entry in entries:
        day = timezone.localtime(entry.at).date()
        heading = "" if day.isoformat() == last_day else day_words(day, now)
        last_day = day.isoformat()
        changes = _changes(entry, lead) if entry.kind == TimelineKind.EDIT else []
        undo_url = ""
        if entry.kind == TimelineKind.STAGE and not moved:
            moved, undo_url = True, _undo_url(entry, lead)
        body = mentions.shown(entry.body, names) if entry.body else ""
        words = _words(entry) | {"thread_url": _thread_url(entry, lead)}
        drawn.append(Line(entry, who(entry), heading, changes, words, undo_url, body))
    return drawn


def who(entry: TimelineEntry) -> str:
    """The doer's name; a machine's kind where nobody is named."""
    if entry.by_kind in _PEOPLE and entry.by_label:
        return entry.by_label
    kind = str(ActorKind(entry.by_kind).label)
    return f"{kind} ({entry.by_label})" if entry.by_label else kind


def changed(changes: dict[str, Any], lead: Lead, labels: Mapping[str, str] | None = None) -> list[Changed]:
    """Stored changes `{field: [was, now]}` in words; `labels` name the brokerage's own fields."""
    labels = labels or {}
    units = changes.get("budget_unit") or [lead.budget_unit, lead.budget_unit]
    shown = []
    for name, (was, now) in changes.items():
        if name == "budget_unit" and "budget_amount" in changes:
            continue
        if name.startswith(custom_values.PREFIX):
            label = labels.get(name, _("Otro dato"))
            shown.append(Changed(label, custom_values.words(was), custom_values.words(now)))
        elif name.startswith("budget_") and name != "budget_unit":
            shown.append(Changed(field_label(name), _money(was, units[0]), _money(now, units[1])))
        else:
            shown.append(Changed(field_label(name), value_words(name, was), value_words(name, now)))
    return shown


def field_label(name: str) -> str:
    """A field's name as people read it, with a capital."""
    if name == "financial_profile":
        return _("Perfil financiero")
    try:
        label = str(Lead._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 -- Django's documented model API
    except FieldDoesNotExist:
        return _("Otro dato")
    return label[:1].upper() + label[1:]


def value_words(name: str, value: Any) -> str:  # noqa: ANN401 -- a value as JSON or a model holds it
    """A value of a field as people read it, "" for none."""
    if value is None or value == "":
        return ""
    try:
        choices = dict(Lead._meta.get_field(name).flatchoices)  # type: ignore[union-attr]  # noqa: SLF001
    except FieldDoesNotExist:
        choices = {}
    if value in choices:
        return str(choices[value])
    if name.endswith("_at"):
        at = value if isinstance(value, datetime) else parse_datetime(str(value))
        return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else str(value)
    return str(value)


def duration(seconds: int) -> str:
    """A time span in its largest unit: "3 días", "5 horas", "12 minutos"."""
    if seconds >= _DAY:
        days = seconds // _DAY
        return ngettext("%(n)d día", "%(n)d días", days) % {"n": days}
    if seconds >= _HOUR:
        hours = seconds // _HOUR
        return ngettext("%(n)d hora", "%(n)d horas", hours) % {"n": hours}
    minutes = max(1, seconds // _MINUTE)
    return ngettext("%(n)d minuto", "%(n)d minutos", minutes) % {"n": minutes}


def _changes(entry: TimelineEntry, lead: Lead) -> list[Changed]:
    return changed(entry.data.get("changes", {}), lead, entry.data.get("labels", {}))


def _words(entry: TimelineEntry) -> dict[str, Any]:
    """What else the line of a kind says."""
    data = entry.data
    if entry.kind == TimelineKind.CONTACT:
        seconds = data.get("seconds")
        return {
            "kind": str(data.get("kind", "")),
            "channel": _label(Channel, data.get("channel")),
            "lasted": duration(seconds) if isinstance(seconds, int) and seconds > 0 else "",
        }
    if entry.kind in {TimelineKind.TASK, TimelineKind.VISIT}:
        texts = {name: str(data.get(name, "")) for name in ("act", "title", "type", "place", "agent")}
        return texts | {"when": value_words("starts_at", data.get("starts_at") or data.get("due_at"))}
    if entry.kind == TimelineKind.STAGE:
        return {
            "from": _label(Stage, data.get("from")),
            "to": _label(Stage, data.get("to")),
            "after": duration(data["seconds"]) if data.get("seconds") else "",
            "lost_reason": _label(LostReason, data.get("lost_reason")),
            "forced": bool(data.get("forced")),
            "undo": bool(data.get("undo")),
        }
    if entry.kind == TimelineKind.CONSENT:
        return {
            "state": str(data.get("state", "")),
            "state_label": _label(ConsentState, data.get("state")),
            "scope": consent_words.scope(data),
            "basis": "" if data.get("basis") == ConsentBasis.NONE else _label(ConsentBasis, data.get("basis")),
        }
    if entry.kind == TimelineKind.TAG:
        return {"added": ", ".join(data.get("added", [])), "removed": ", ".join(data.get("removed", []))}
    return {name: value for name, value in data.items() if isinstance(value, (str, int)) and name != "changes"}


def _undo_url(entry: TimelineEntry, lead: Lead) -> str:
    """Where the last change of stage is taken back: a layer above, known by the name of its page only."""
    transition = entry.data.get("transition")
    if not transition or not entry.data.get("from") or entry.data.get("to") != lead.stage:
        return ""
    return reverse("pipeline:undo", args=[lead.public_id, transition])


def _thread_url(entry: TimelineEntry, lead: Lead) -> str:
    """Where what was written stands in its conversation, in a layer above; empty for everything else."""
    message = entry.data.get("message") if entry.kind == TimelineKind.CONTACT else None
    return f"{reverse('inbox:thread', args=[lead.public_id])}#message-{message}" if message else ""


def _label(enum: Any, value: Any) -> str:  # noqa: ANN401 -- a TextChoices class and a stored value
    return str(dict(enum.choices).get(value, ""))


def _money(amount: Any, unit: str) -> str:  # noqa: ANN401 -- a decimal as JSON holds it
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return ""
    return format_money(value, unit, get_language() or "es") if unit else str(value)


def day_words(day: date, now: datetime) -> str:
    """A day as a heading: today and yesterday by name."""
    today = timezone.localtime(now).date()
    if day == today:
        return _("Hoy")
    if (today - day).days == 1:
        return _("Ayer")
    # Translators: a day of the timeline, with and without its year
    return date_format(day, _("l j \\d\\e F") if day.year == today.year else _("j \\d\\e F \\d\\e Y"))
