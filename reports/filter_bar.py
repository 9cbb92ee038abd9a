"""The filters of the figures: the range and whose leads in the bar, the others in the dialog that lists have."""

from datetime import datetime
from typing import ClassVar, Self

from django.http import QueryDict

from accounts.models import Broker, User
from crm import filters
from crm.filter_bar import FilterBar
from reports.periods import Period, PeriodForm

MOST_DAYS = 3650


class ReportFilters(FilterBar):
    """What the pages of figures keep in their address."""

    names: ClassVar[tuple[str, ...]] = (
        *("period", "from", "to", "inactive_days"),
        *("assigned", "source", "operation", "tag"),
    )
    inline: ClassVar[tuple[str, ...]] = ("period", "from", "to", "inactive_days", "assigned")
    days: PeriodForm

    @classmethod
    def read(cls, params: QueryDict, *, user: User, broker: Broker, now: datetime) -> Self:
        """The bar of a request, over the leads its person sees."""
        own = cls._own(params)
        days = PeriodForm(own.copy(), now=now, zone=broker.zone)
        if days.is_valid() and {"from", "to"} & own.keys():
            for name in ("from", "to") if days.chosen.preset else ("period",):
                own.pop(name, None)
        leads = own.copy()
        leads.pop("inactive_days", None)  # here it does not choose leads, it says what is counted
        bar = cls(own, filters.apply(leads, user=user, now=now))
        bar.days = days
        return bar

    @property
    def period(self) -> Period:
        """The range in force."""
        return self.days.chosen

    @property
    def inactive_days(self) -> int | None:
        """Days without contact from which a lead counts as left alone, when asked for and possible."""
        text = self.params.get("inactive_days", "")
        days = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS)) else 0
        return days if 1 <= days <= MOST_DAYS else None

    @property
    def errors(self) -> list[str]:
        """What is wrong with the range and the filters."""
        labels = {name: field.label for name, field in self.days.fields.items()}
        wrong = [f"{labels[name]}: {error}" for name, found in self.days.errors.items() for error in found]
        return [*wrong, *super().errors]
