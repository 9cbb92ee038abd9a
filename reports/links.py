"""Addresses of the lists behind the numbers: each keeps the range and the filters of the page it stands on."""

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from crm.enums import Stage
from crm.filters import NO_SOURCE, NOBODY

_LEADS = ("assigned", "source", "operation", "tag")
_RANGE = ("period", "from", "to")


class Links:
    """Made for one page; `params` are its range and filters as in its address."""

    def __init__(self, params: QueryDict) -> None:
        """Keep the page's parameters."""
        self.params = params

    def behind(self, of: str, **narrower: str) -> str:
        """The leads of a list of `reports.behind`; `narrower` replaces parameters of the page, too."""
        kept = (*_LEADS, "inactive_days") if of == "inactive" else (*_LEADS, *_RANGE)
        return self._to(reverse("reports:leads"), kept, {"of": of, **narrower})

    def visits(self, **narrower: str) -> str:
        """The visits agreed in the range."""
        return self._to(reverse("reports:visits"), (*_LEADS, *_RANGE), narrower)

    def tasks(self, **narrower: str) -> str:
        """The overdue tasks."""
        return self._to(reverse("reports:tasks"), _LEADS, narrower)

    def leads(self, *stages: Stage, **narrower: str) -> str:
        """The list of leads as they stand now, in some stages."""
        return self._to(reverse("crm:lead-list"), _LEADS, narrower, stages)

    def page(self, section: str) -> str:
        """A section of the metrics, with the same range and filters."""
        return self._to(reverse("reports:metrics", args=[section]), (*_LEADS, *_RANGE), {})

    def file(self, section: str, table: str) -> str:
        """A table of a section as a file."""
        return self._to(reverse("reports:table", args=[section, table]), (*_LEADS, *_RANGE, "inactive_days"), {})

    def preset(self, name: str) -> str:
        """This page over a range that has a name."""
        return self._to("", (*_LEADS, "inactive_days"), {"period": name})

    def _to(self, path: str, kept: tuple[str, ...], more: dict[str, str], stages: tuple[Stage, ...] = ()) -> str:
        asked = QueryDict(mutable=True)
        replaced = {*more, *(_RANGE if more.keys() & set(_RANGE) else ())}
        for name in kept:
            if name not in replaced and self.params.getlist(name):
                asked.setlist(name, self.params.getlist(name))
        if stages:
            asked.setlist("stage", [stage.value for stage in stages])
        for name, value in more.items():
            asked[name] = value
        return f"{path}?{asked.urlencode()}" if asked else path or "?"


def source(name: str) -> str:
    """A source as a parameter."""
    return name or NO_SOURCE


def person(user: User | None) -> str:
    """Somebody, or nobody, as a parameter."""
    return str(user.public_id) if user else NOBODY
