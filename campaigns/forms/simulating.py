"""From when on, for how long, and for whom a campaign is simulated."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Broker
from campaigns.simulation import MOST_LEADS, asked
from campaigns.simulation.asked import Wish

_WEEKS = (1, 2, 4, 8, 12)
_SAMPLES = (10, 25, 50, 100, 250, 500)


class SimulationForm(forms.Form):
    """The day it begins, the weeks, and how many leads where none were picked."""

    day = forms.DateField(
        label=gettext_lazy("Empieza el"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    weeks = forms.TypedChoiceField(label=gettext_lazy("Durante"), coerce=int)
    sample = forms.TypedChoiceField(label=gettext_lazy("Con"), coerce=int)

    def __init__(self, data: QueryDict | None = None, *, broker: Broker, now: datetime) -> None:
        today = now.astimezone(broker.zone).date()
        super().__init__(data, initial={"day": today, "weeks": 4, "sample": 50})
        self._broker, self._now, self._today = broker, now, today
        self.fields["weeks"].choices = [(n, ngettext("%(n)s semana", "%(n)s semanas", n) % {"n": n}) for n in _WEEKS]  # type: ignore[attr-defined]
        self.fields["sample"].choices = [(n, _("%(n)s leads de muestra") % {"n": n}) for n in _SAMPLES]  # type: ignore[attr-defined]

    def clean_day(self) -> date | None:
        """Today, or a day within a year."""
        day: date | None = self.cleaned_data["day"]
        if day and not asked.in_reach(day, self._broker, now=self._now):
            raise ValidationError(_("De hoy a un año más."))
        return None if day == self._today else day

    def wish(self, picked: Sequence[str]) -> Wish:
        """What is asked for."""
        return Wish(**self.cleaned_data, leads=ids_of(picked))


def ids_of(texts: Sequence[str]) -> list[UUID]:
    """The ids among these words, each once."""
    found: dict[UUID, None] = {}
    for text in texts[:MOST_LEADS]:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)
