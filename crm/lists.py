"""The list of leads: its orders, and what a row shows."""

from core.keyset import Order
from crm.models import LeadQuerySet

PAGE = 50
NEWEST = Order("newest", "created_at", descending=True, timed=True)
ORDERS = {
    order.name: order
    for order in (
        NEWEST,
        Order("oldest", "created_at", timed=True),
        Order("name", "name_key"),
        Order("priority", "priority"),
        Order("next_action", "next_step_at", nullable=True, timed=True),
        Order("last_contact", "last_contact_at", descending=True, nullable=True, timed=True),
    )
}
"""The orders by their names in URLs; each has its index (crm/migrations/0003)."""

COLUMNS = (
    "public_id",
    "name",
    "phone_raw",
    "phone_e164",
    "email",
    "stage",
    "status",
    "score",
    "qualification",
    "location",
    "operation",
    "property_type",
    "budget_amount",
    "budget_min",
    "budget_unit",
    "source",
    "assigned_to__name",
    "assigned_to__email",
    "next_step_at",
    "last_contact_at",
    "created_at",
    "opted_out_at",
    "priority",
    "name_key",
)


def rows(leads: LeadQuerySet) -> LeadQuerySet:
    """The leads with just what a row of the list shows, owner included."""
    return leads.select_related("assigned_to").only(*COLUMNS)


def order_of(name: str) -> Order:
    """The order of that name; newest first for one that does not exist."""
    return ORDERS.get(name, NEWEST)
