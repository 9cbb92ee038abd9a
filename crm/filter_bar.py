"""A page's filters as it shows them: those in force, with the link that takes each away, and what the dialog offers."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from crm import custom_fields, custom_filters, filters
from crm.custom_filters import Ask
from crm.custom_values import PREFIX
from crm.enums import LeadStatus, Operation, PropertyType, Qualification, Stage
from crm.filters import NO_SOURCE, LeadFilter
from crm.models import Lead, LeadQuerySet, Tag
from crm.priority import Priority

_CHOICES: dict[str, list[tuple[str, Any]]] = {
    "stage": Stage.choices,
    "status": LeadStatus.choices,
    "qualification": Qualification.choices,
    "priority": Priority.choices,
    "operation": Operation.choices,
    "property_type": PropertyType.choices,
}
_LISTS = (*_CHOICES, "source", "tag")
_SINGLE = ("score_min", "score_max", "created_from", "created_to", "inactive_days", "opted_out")
_MOST_SOURCES, _MOST_TAGS = 100, 200


class Chip(NamedTuple):
    """A filter in force and the address of the list without it."""

    text: str
    remove_url: str


class Group(NamedTuple):
    """A filter of the dialog with its offers: (value, label, whether it is chosen)."""

    name: str
    label: str
    offers: list[tuple[str, Any, bool]]


class FilterBar:
    """The filters of one request. `query` keeps them in an address, canonical: no blanks, no cursor."""

    names: ClassVar[tuple[str, ...]] = tuple(LeadFilter.get_filters())
    """The filters the page has; others in the address are dropped."""
    inline: ClassVar[tuple[str, ...]] = ("q", "assigned", "next_step")
    """Those with a control of their own in the bar; all others are in the dialog and shown as chips."""

    def __init__(self, params: QueryDict, chosen: LeadFilter, *, sort: str = "") -> None:
        """Take the page's filters from a request's parameters; `chosen` are the same, checked."""
        self.params = self._own(params)
        self.is_on = bool(self.params)
        self.sort = sort
        if sort:
            self.params["sort"] = sort
        self.chosen = chosen

    @classmethod
    def of(cls, params: QueryDict, *, user: User, now: datetime, sort: str = "") -> Self:
        """The bar over what `user` may see: filters the page does not have choose nothing either."""
        own = cls._own(params)
        return cls(own, filters.apply(own, user=user, now=now), sort=sort)

    @classmethod
    def _own(cls, params: QueryDict) -> QueryDict:
        own = QueryDict(mutable=True)
        for name in (*cls.names, *custom_filters.named(params)):
            words = [word for word in params.getlist(name) if word.strip()]
            if words:
                own.setlist(name, words)
        return own

    @property
    def leads(self) -> LeadQuerySet:
        """The leads the filters leave."""
        return self.chosen.found

    @property
    def query(self) -> str:
        """The filters and the order as in an address, without the question mark."""
        return self.params.urlencode()

    @property
    def errors(self) -> list[str]:
        """What is wrong with the filters, by their labels."""
        fields = self.chosen.form.fields
        return [f"{fields[name].label}: {error}" for name, found in self.chosen.errors.items() for error in found]

    @property
    def value(self) -> dict[str, str]:
        """The values of the bar's own controls and of the dialog's single fields."""
        return {name: self.params.get(name, "") for name in (*self.inline, *_SINGLE, "sort")}

    def kept(self) -> list[tuple[str, str]]:
        """The filters the bar must carry along because the dialog sets them."""
        return self._words_of(lambda name: name not in {*self.inline, "sort"})

    def carried(self) -> list[tuple[str, str]]:
        """What the dialog must carry along because it does not offer it."""
        offered = {*_LISTS, *_SINGLE} - {*self.inline}
        known = {ask.name for ask in self.own}
        return self._words_of(lambda name: name not in offered | known)

    @property
    def has_ranges(self) -> bool:
        """Whether the dialog asks for days and scores too."""
        return {*_SINGLE} <= {*self.names}

    def chips(self) -> Iterator[Chip]:
        """The dialog's filters in force; one query when there are tags among them."""
        tags = self._tag_names()
        for name, word in self.kept():
            yield Chip(tags.get(word) or self._words(name, word), self._without(name, word))

    def groups(self) -> list[Group]:
        """What the dialog offers; two queries, for the brokerage's tags and sources."""
        sources = Lead.objects.order_by("source").values_list("source", flat=True).distinct()[:_MOST_SOURCES]
        tags = Tag.objects.order_by("name")[:_MOST_TAGS]
        offered = {
            **_CHOICES,
            "source": [(word or NO_SOURCE, word or _("Sin origen")) for word in sources],
            "tag": [(str(tag.public_id), tag.name) for tag in tags],
        }
        labels = {name: str(self.chosen.form.fields[name].label) for name in offered}
        return [
            Group(name, labels[name], [(word, label, word in self.params.getlist(name)) for word, label in offers])
            for name, offers in offered.items()
            if name in self.names and name not in self.inline
        ]

    @cached_property
    def own(self) -> list[Ask]:
        """What the dialog asks about the brokerage's own fields; one query, unless a filter asked already."""
        return custom_filters.asks(self.chosen.own or custom_fields.definitions(), self.params)

    def sorted_by(self, order: str) -> str:
        """The address of the list in another order."""
        params = self.params.copy()
        params.pop("sort", None)
        if order:
            params["sort"] = order
        return "?" + params.urlencode()

    def _words_of(self, wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
        return [(name, word) for name, words in self.params.lists() if wanted(name) for word in words]

    def _without(self, name: str, word: str) -> str:
        rest = self.params.copy()
        rest.setlist(name, [kept for kept in self.params.getlist(name) if kept != word])
        return "?" + rest.urlencode()

    def _words(self, name: str, word: str) -> str:
        if name in _CHOICES:
            return str(dict(_CHOICES[name]).get(word, word))
        if name == "source":
            return _("Sin origen") if word == NO_SOURCE else word
        if name in {"imported", "referred_by"}:
            return _("De una importación") if name == "imported" else _("Referidos de un lead")
        if name == "opted_out":
            return _("Pidió no recibir más") if word == "true" else _("Sin baja")
        if name in self.chosen.filters and name.startswith(PREFIX):
            own = self.chosen.filters[name]
            return f"{own.title}: {custom_filters.word(own.definition, word)}"
        day = _day(word) if name.startswith("created") else None
        return f"{self.chosen.form.fields[name].label}: {date_format(day, 'SHORT_DATE_FORMAT') if day else word}"

    def _tag_names(self) -> dict[str, str]:
        wanted = self.chosen.form.cleaned_data.get("tag") or [] if self.chosen.is_valid() else []
        if not wanted:
            return {}
        found = Tag.objects.filter(public_id__in=wanted).values_list("public_id", "name")
        return {str(public_id): name for public_id, name in found}


def _day(word: str) -> date | None:
    try:
        return parse_date(word)
    except ValueError:
        return None
