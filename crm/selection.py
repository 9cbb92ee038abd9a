"""The leads a person has ticked: each by its id, or all that a page's filters leave."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from accounts.models import User
from crm import filters
from crm.models import Lead, LeadQuerySet


@dataclass(frozen=True, slots=True)
class Selection:
    """What is ticked: `ids`, or with `every` the leads that `query` (as in the page's address) leaves."""

    ids: tuple[UUID, ...] = ()
    every: bool = False
    query: str = ""

    def leads(self, user: User, *, now: datetime) -> LeadQuerySet:
        """The leads among those the person may see; none at all where the filters are not valid."""
        if self.every:
            return filters.apply(QueryDict(self.query), user=user, now=now).found
        return Lead.objects.visible_to(user).filter(public_id__in=self.ids)
