"""The form of a meeting: typed in the brokerage's time zone, whoever types it wherever."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.enums import AppointmentType
from appointments.visits import Slot
from crm.forms.work import moment

LENGTHS = (15, 30, 45, 60, 90, 120, 180)


class VisitForm(forms.Form):
    """A meeting to agree on, or to change."""

    type = forms.ChoiceField(label=_("Qué"), choices=AppointmentType.choices)
    starts_at = moment(_("Cuándo"))
    minutes = forms.TypedChoiceField(label=_("Duración"), coerce=int, initial=60)
    agent = forms.ChoiceField(label=_("Quién atiende"), required=False)
    place = forms.CharField(label=_("Dónde"), max_length=200, required=False)
    note = forms.CharField(label=_("Nota"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, people: list[User], lasting: int = 60, **options: Any) -> None:  # noqa: ANN401 -- Django's
        """`people` may hold it; `lasting` is its length so far, offered whatever it is."""
        super().__init__(*args, **options)
        self.people = {str(person.public_id): person for person in people}
        chosen = [(key, str(person)) for key, person in self.people.items()]
        self.fields["agent"].choices = [("", _("Nadie todavía")), *chosen]  # type: ignore[attr-defined]
        lengths = sorted({*LENGTHS, lasting})
        self.fields["minutes"].choices = [(each, _length(each)) for each in lengths]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The fields as appointments.visits.change takes them."""
        values = self.cleaned_data
        starts_at: datetime = values["starts_at"]
        return {
            "type": AppointmentType(values["type"]),
            "starts_at": starts_at,
            "minutes": values["minutes"],
            "agent": self.people.get(values["agent"]),
            "place": values["place"].strip(),
            "note": values["note"].strip(),
        }

    def slot(self) -> Slot:
        """The meeting as appointments.visits.schedule takes it."""
        return Slot(**self.values())


class CancelForm(forms.Form):
    """Why a meeting is called off."""

    reason = forms.CharField(label=_("Motivo (opcional)"), max_length=300, required=False)


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
