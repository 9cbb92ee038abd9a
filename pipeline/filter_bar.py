"""The board's filters as the page shows them: what is in force, each with the link that takes it away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from crm import filters
from crm.enums import Qualification
from crm.filters import NO_SOURCE
from crm.models import Lead, Tag

NAMES = ("q", "assigned", "status", "qualification", "source", "tag", "next_step", "operation", "property_type")
"""The filters a board has; others in the URL are dropped."""


class Chip(NamedTuple):
    """A filter in force."""

    text: str
    remove_url: str


class FilterBar:
    """The filters of one request. `leads` are those they leave; `query` is the part of the URL that keeps them."""

    def __init__(self, params: QueryDict, *, user: User, now: datetime) -> None:
        """Take what is known of the board's own filters from a request's parameters; empty controls say nothing."""
        self.params = QueryDict(mutable=True)
        for name in NAMES:
            words = [word for word in params.getlist(name) if word]
            if words:
                self.params.setlist(name, words)
        self.query = self.params.urlencode()
        chosen = filters.apply(self.params, user=user, now=now)
        self.leads = chosen.found
        self.errors = [str(error) for errors in chosen.form.errors.values() for error in errors]

    @property
    def is_on(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.params)

    @property
    def value(self) -> dict[str, str]:
        """The single values of the bar's own controls."""
        return {name: self.params.get(name, "") for name in ("q", "assigned", "status", "next_step")}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters of the dialog, which the bar carries along unseen."""
        bar = self.value
        return [(name, word) for name in NAMES if name not in bar for word in self.params.getlist(name)]

    def chips(self) -> Iterator[Chip]:
        """The filters of the dialog that are in force; one statement when there are tags among them."""
        words = dict(Qualification.choices)
        tags = self._tag_names()
        for name in ("qualification", "source", "tag"):
            for word in self.params.getlist(name):
                text = {"qualification": words.get(word), "tag": tags.get(word)}.get(name) or word
                yield Chip(
                    _("Sin origen") if (name, word) == ("source", NO_SOURCE) else str(text), self._without(name, word)
                )

    def choices(self) -> dict[str, Any]:
        """What the dialog offers: qualifications, tags and sources, each with whether it is chosen."""
        sources = Lead.objects.order_by("source").values_list("source", flat=True).distinct()[:100]
        offered: dict[str, list[tuple[str, str]]] = {
            "qualification": [(value, str(label)) for value, label in Qualification.choices],
            "tag": [(str(tag.public_id), tag.name) for tag in Tag.objects.order_by("name")[:200]],
            "source": [(word or NO_SOURCE, word or _("Sin origen")) for word in sources],
        }
        groups = [
            (name, [(value, label, value in self.params.getlist(name)) for value, label in offered[name]])
            for name in ("qualification", "source", "tag")
        ]
        kept = [(name, word) for name in NAMES if name not in offered for word in self.params.getlist(name)]
        return {"groups": groups, "kept": kept}

    def _without(self, name: str, word: str) -> str:
        rest = self.params.copy()
        rest.setlist(name, [kept for kept in self.params.getlist(name) if kept != word])
        return "?" + rest.urlencode()

    def _tag_names(self) -> dict[str, str]:
        wanted = []
        for word in self.params.getlist("tag"):
            try:
                wanted.append(UUID(word))
            except ValueError:
                continue
        found = Tag.objects.filter(public_id__in=wanted).values_list("public_id", "name") if wanted else ()
        return {str(public_id): name for public_id, name in found}
