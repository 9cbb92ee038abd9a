"""Search that forgives accents and typos, inside the brokerage's wall.

The matching runs in one SECURITY DEFINER function, `crm_search` (crm/migrations/0002): LIKE and trigrams are not
leakproof, so under row security PostgreSQL would not use the index. The function filters by the brokerage in force.
"""

from django.db import connection
from django.db.models.expressions import RawSQL

from crm.models import LeadQuerySet

SHORTEST = 2
_LONGEST = 100


def matching(leads: LeadQuerySet, text: str) -> LeadQuerySet:
    """The leads whose name, phone, e-mail, place or reference match every word of the text, typos forgiven.

    Less than two characters match everything: the person is still typing.
    """
    wanted = text.replace("\x00", "").strip()[:_LONGEST]
    if len(wanted) < SHORTEST:
        return leads
    with connection.cursor() as cursor:  # once, however many queries a page then makes of these leads
        cursor.execute("SELECT array_agg(found)::text FROM crm_search(%s) AS found", [wanted])
        [found] = cursor.fetchone()
    # One value, however many leads; a text, because a list would be made of numbers and be written out at every use.
    return leads.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [found or "{}"]))
