"""Forms of the daily work: a contact that took place, a task."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm import next_steps, quick_times
from crm.enums import Channel, InteractionKind, TaskKind
from crm.interactions import Contact
from crm.todos import Plan

KINDS = (
    (InteractionKind.CALL_ANSWERED, _("Contestó la llamada")),
    (InteractionKind.CALL_MISSED, _("No contestó")),
    (InteractionKind.MESSAGE_IN, _("Escribió")),
    (InteractionKind.MESSAGE_OUT, _("Le escribimos")),
)
_CALLS = {InteractionKind.CALL_ANSWERED, InteractionKind.CALL_MISSED}
_WRITTEN = [(value, label) for value, label in Channel.choices if value != Channel.CALL]
_MINUTES = 600
_CLOCKS_DIFFER = timedelta(minutes=5)
REMINDERS = (
    ("", _("No recordar")),
    ("0", _("A la hora")),
    ("15", _("15 minutos antes")),
    ("60", _("1 hora antes")),
    ("1440", _("1 día antes")),
)


def moment(label: Any = "", *, required: bool = True) -> forms.DateTimeField:  # noqa: ANN401 -- a lazy text
    """A date and time typed in the reader's time zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, validators=next_steps.BETWEEN)


class ContactForm(forms.Form):
    """A contact entered by hand."""

    kind = forms.ChoiceField(label=_("¿Qué pasó?"), choices=KINDS, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Por dónde"), choices=_WRITTEN, required=False)
    minutes = forms.IntegerField(label=_("Minutos que duró"), min_value=0, max_value=_MINUTES, required=False)
    at = moment(_("Cuándo"))
    note = forms.CharField(label=_("Nota"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_at(self) -> datetime:
        """What has not happened yet was no contact."""
        at: datetime = self.cleaned_data["at"]
        if at > timezone.now() + _CLOCKS_DIFFER:
            raise forms.ValidationError(_("Eso todavía no pasa. Para algo que viene, crea una tarea."))
        return min(at, timezone.now())

    def contact(self) -> Contact:
        """The contact as crm.interactions takes it."""
        values = self.cleaned_data
        kind = InteractionKind(values["kind"])
        answered = kind == InteractionKind.CALL_ANSWERED and values["minutes"] is not None
        return Contact(
            kind,
            values["at"],
            channel=Channel.CALL if kind in _CALLS else values["channel"] or Channel.WHATSAPP,
            seconds=values["minutes"] * 60 if answered else None,
            note=values["note"],
        )


class QuickTaskForm(forms.Form):
    """A task in one line: what, and when by one of the picks or a date."""

    title = forms.CharField(label=_("Qué hay que hacer"), max_length=160)
    when = forms.ChoiceField(label=_("Para cuándo"))
    due_at = moment(_("Fecha y hora"), required=False)

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:  # noqa: ANN401 -- Django's
        """`now` decides which picks lie ahead. Its ids are its own: the dialog of a whole task may lie over it."""
        options["auto_id"] = "todo-%s"
        super().__init__(*args, **options)
        self.now = now
        picks = [(pick.name, pick.label) for pick in quick_times.offered(now)]
        self.fields["when"].choices = [*picks, ("other", _("Otra fecha…"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Another date needs one."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("when") == "other":
            if not values.get("due_at") and "due_at" not in self.errors:
                self.add_error("due_at", _("Elige la fecha y la hora."))
        elif values.get("when"):
            values["due_at"] = quick_times.at(values["when"], self.now)
        return values

    def plan(self) -> Plan:
        """The task as crm.todos takes it; it reminds when it is due."""
        due_at = self.cleaned_data["due_at"]
        return Plan(self.cleaned_data["title"], due_at, remind_at=due_at)


class TaskForm(forms.Form):
    """A task whole."""

    title = forms.CharField(label=_("Qué hay que hacer"), max_length=160)
    kind = forms.ChoiceField(label=_("Tipo"), choices=TaskKind.choices, initial=TaskKind.OTHER)
    due_at = moment(_("Para cuándo"))
    remind = forms.ChoiceField(label=_("Recordar"), choices=REMINDERS, required=False, initial="0")
    assignee = forms.ChoiceField(label=_("Responsable"), required=False)

    def __init__(self, *args: Any, people: list[User], **options: Any) -> None:  # noqa: ANN401 -- Django's
        """`people` are those who may have it."""
        super().__init__(*args, **options)
        self.people = {str(person.public_id): person for person in people}
        kept = str(self.initial.get("remind", ""))
        if kept not in dict(REMINDERS):  # a distance given through the API
            self.fields["remind"].choices = [*REMINDERS, (kept, _("%(n)s minutos antes") % {"n": kept})]  # type: ignore[attr-defined]
        choices = [(key, str(person)) for key, person in self.people.items()]
        self.fields["assignee"].choices = [("", _("Nadie")), *choices]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The fields as crm.todos.change takes them."""
        values = self.cleaned_data
        before = values["remind"]
        return {
            "title": values["title"],
            "kind": TaskKind(values["kind"]),
            "due_at": values["due_at"],
            "remind_at": values["due_at"].astimezone(UTC) - timedelta(minutes=int(before)) if before else None,
            "assignee": self.people.get(values["assignee"]),
        }
