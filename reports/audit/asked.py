"""What of the log is wanted, as an address says it: for the page, the file and the API alike."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import tenancy
from crm.models import Lead
from reports.audit import words
from reports.audit.stream import Filters

_LAST_DAY = 9990  # the year after which a day has no tomorrow worth asking for


class AuditForm(forms.Form):
    """The filters of the log."""

    person = forms.UUIDField(label=_("Persona"), required=False)
    kind = forms.ChoiceField(label=_("Sobre qué"), required=False)
    lead = forms.UUIDField(label=_("Lead"), required=False)
    since = forms.DateField(label=_("Desde"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Hasta"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    q = forms.CharField(label=_("Motivo"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Todo")), *words.kinds()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a person or a lead that is not of this brokerage, and days beyond the calendar."""
        cleaned = super().clean() or {}
        team = User.objects.filter(broker_id=tenancy.current())
        cleaned["person"] = self._key("person", team)
        cleaned["lead"] = self._key("lead", Lead.everything.all())
        for name in ("since", "until"):
            if cleaned.get(name) and cleaned[name].year > _LAST_DAY:
                self.add_error(name, _("Una fecha está fuera de rango."))
        return cleaned

    def filters(self) -> Filters:
        """The filters, days in the reader's time zone; both days are included."""
        given = self.cleaned_data
        return Filters(
            person=given.get("person"),
            kind=given.get("kind", ""),
            lead=given.get("lead"),
            since=_midnight(given.get("since")),
            until=_midnight(given["until"] + timedelta(days=1)) if given.get("until") else None,
            text=given.get("q", ""),
        )

    def _key(self, name: str, rows: Any) -> int | None:  # noqa: ANN401 -- a queryset of people or leads
        wanted: UUID | None = self.cleaned_data.get(name)
        if wanted is None:
            return None
        key: int | None = rows.filter(public_id=wanted).values_list("pk", flat=True).first()
        if key is None:
            self.add_error(name, _("No existe en esta corredora."))
        return key


def _midnight(day: Any) -> datetime | None:  # noqa: ANN401 -- a date or None
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
