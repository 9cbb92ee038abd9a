"""The filters of an audience: the ones of leads, as a form shows them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.enums import Language
from accounts.models import User
from core import tenancy
from crm.filter_bar import FilterBar, Group
from crm.filters import NOBODY, LeadFilter
from crm.models import Lead

_MOST_TAGS = 200


class AudienceBar(FilterBar):
    """The filters a campaign offers. What was set elsewhere (the API) and has no control is carried along."""

    inline: ClassVar[tuple[str, ...]] = ("q", "assigned", "next_step")

    @classmethod
    def over_all(cls, params: QueryDict, *, now: Any) -> Self:  # noqa: ANN401 -- a datetime
        """The filters over every lead of the brokerage: a campaign sees them all."""
        own = cls._own(params)
        return cls(own, LeadFilter(own, Lead.objects.all(), now=now))

    @classmethod
    def stored(cls, audience: Mapping[str, Any], *, now: Any) -> Self:  # noqa: ANN401
        """Those of a campaign as they stand."""
        params = QueryDict(mutable=True)
        for name, words in audience.items():
            params.setlist(name, words)
        return cls.over_all(params, now=now)

    @property
    def audience(self) -> dict[str, list[str]]:
        """As `campaigns.drafting` wants it."""
        return {name: words for name, words in self.params.lists() if name != "sort"}

    def groups(self) -> list[Group]:
        """What is offered as boxes: those of the list of leads, the tags nobody may have, and languages."""
        found = super().groups()
        tags = next((group for group in found if group.name == "tag"), None)
        if tags is not None:
            without = self.params.getlist("not_tag")
            offers = [(word, label, word in without) for word, label, _chosen in tags.offers]
            found.append(Group("not_tag", _("Sin la etiqueta"), offers))
        spoken = self.params.getlist("language")
        offers = [(value, label, value in spoken) for value, label in Language.choices]
        return [*found, Group("language", _("Idioma"), offers)]

    def owners(self) -> list[tuple[str, str, bool]]:
        """Whose leads: (value, label, whether it is chosen)."""
        chosen = self.params.get("assigned", "")
        people = User.objects.filter(broker_id=tenancy.current(), is_active=True).order_by("name", "email")
        offers = [(NOBODY, _("Sin asignar")), *((str(each.public_id), str(each)) for each in people)]
        return [(value, label, value == chosen) for value, label in offers]

    def carried(self) -> list[tuple[str, str]]:
        """What has no control here."""
        offered = {"not_tag", "language", "q", "next_step", "assigned"}
        return [(name, word) for name, word in super().carried() if name not in offered]
