"""How leads are asked for: in the words of the field, folded for searching and ordering."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Func, Q

from accounts.models import User
from core.tenant_models import TenantManager, TenantQuerySet

if TYPE_CHECKING:
    from crm.models.lead import Lead

ALIVE = Q(deleted_at=None)


class LeadQuerySet(TenantQuerySet["Lead"]):
    """Leads in the words of the field."""

    def visible_to(self, user: User) -> "LeadQuerySet":
        """What a person may see: an admin all leads, an agent their own and nobody's (docs/rules.md, Words)."""
        if user.is_admin or user.is_platform:
            return self
        return self.filter(Q(assigned_to=user) | Q(assigned_to=None))


def sees(user: User, lead: "Lead") -> bool:
    """Whether a person sees one lead: what `visible_to` says of many."""
    return user.is_admin or user.is_platform or lead.assigned_to_id in {None, user.pk}


class LeadManager(TenantManager["Lead"]):
    """The brokerage's leads, without those in the bin."""

    def get_queryset(self) -> models.QuerySet["Lead"]:
        """All leads of the brokerage in force that are not deleted."""
        return super().get_queryset().filter(deleted_at=None)


class LeadSearchText(Func):
    """The folded text a lead is found by, kept by the database (crm.search)."""

    function = "crm_search_text"
    output_field = models.TextField()


class LeadNameKey(Func):
    """The folded name a list is ordered by, kept by the database; nameless leads come last."""

    function = "crm_name_key"
    output_field = models.TextField()
