"""Ranges of days. A day is the brokerage's: from midnight to midnight, 23 or 25 hours when the clocks change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
_DAY = timedelta(days=1)


class Preset(models.TextChoices):
    """Ranges with a name: the calendar's week, month and quarter whole, the last days with today."""

    TODAY = "today", _("Hoy")
    WEEK = "week", _("Esta semana")
    MONTH = "month", _("Este mes")
    QUARTER = "quarter", _("Este trimestre")
    LAST_30 = "30d", _("Últimos 30 días")
    LAST_90 = "90d", _("Últimos 90 días")


USUAL = Preset.LAST_30


@dataclass(frozen=True, slots=True)
class Period:
    """The days `first` to `last`, both in it, of a time zone; `preset` when the range has a name."""

    first: date
    last: date
    zone: ZoneInfo
    preset: Preset | None = None

    @property
    def since(self) -> datetime:
        """The first instant of the range, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The first instant after it, in UTC."""
        return midnight(self.last + _DAY, self.zone)

    def holds(self, field: str) -> Q:
        """The rows whose time `field` lies in the range."""
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})

    @classmethod
    def named(cls, preset: Preset, *, now: datetime, zone: ZoneInfo) -> "Period":
        """The range of that name, as it is at `now`."""
        today = now.astimezone(zone).date()
        first, last = _days(preset, today)
        return cls(first, last, zone, preset)


class PeriodForm(forms.Form):
    """The range in an address: `period` names one, `from` and `to` are days; one of the two days will do.

    Days beside a name count when they are other days than the name stands for: a form sends both.
    """

    period = forms.ChoiceField(label=_("Rango"), choices=Preset.choices, required=False)

    def __init__(self, data: Mapping[str, Any], *, now: datetime, zone: ZoneInfo) -> None:
        """Read the range from `data` (request.GET or its like) for a brokerage's zone."""
        super().__init__(data)
        self.now, self.zone = now, zone
        for name, label in (("from", _("Desde")), ("to", _("Hasta"))):
            self.fields[name] = forms.DateField(label=label, required=False, validators=_DAYS)

    def clean(self) -> dict[str, Any]:
        """Ranges the right way round."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("from"), values.get("to")
        if first and last and first > last:
            self.add_error("to", _("Termina antes de empezar."))
        return values

    @property
    def chosen(self) -> Period:
        """The range: the days given, else the one named, else the usual one, which also stands in for a wrong one."""
        values = self.cleaned_data if self.is_valid() else {}
        first: date | None = values.get("from")
        last: date | None = values.get("to")
        named = Period.named(Preset(values.get("period") or USUAL), now=self.now, zone=self.zone)
        if (not first and not last) or (values.get("period") and (first, last) == (named.first, named.last)):
            return named
        today = self.now.astimezone(self.zone).date()
        begun = first or (last or today) - 29 * _DAY
        return Period(begun, last or max(begun, today), self.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC.

    Santiago's clocks jump from 24:00 to 1:00: that day's midnight does not exist, and reading it by the offset before
    the jump (fold 0) gives the very instant of it.
    """
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _days(preset: Preset, today: date) -> tuple[date, date]:
    if preset == Preset.WEEK:
        monday = today - today.weekday() * _DAY
        return monday, monday + 6 * _DAY
    if preset == Preset.MONTH:
        return today.replace(day=1), _month_end(today)
    if preset == Preset.QUARTER:
        begun = today.replace(month=today.month - (today.month - 1) % 3, day=1)
        return begun, _month_end(begun.replace(month=begun.month + 2))
    back = {Preset.TODAY: 0, Preset.LAST_30: 29, Preset.LAST_90: 89}[preset]
    return today - back * _DAY, today


def _month_end(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
