"""What already stands beside the leads a batch is merged into."""

from collections import defaultdict
from collections.abc import Collection

from crm.enums import TimelineKind
from crm.imports import ledger
from crm.imports.merging import Known
from crm.models import FinancialProfile, LeadPhone, LeadTag, TimelineEntry


def known(lead_ids: Collection[int], notes: Collection[str]) -> dict[int, Known]:
    """What stands beside stored leads: five queries. Of the notes only those that say what the batch would add."""
    found: defaultdict[int, Known] = defaultdict(Known, {pk: Known() for pk in lead_ids})
    for lead_id, number in LeadPhone.objects.filter(lead_id__in=lead_ids).values_list("lead_id", "number"):
        found[lead_id].numbers.add(number)
    written = TimelineEntry.objects.filter(lead_id__in=lead_ids, kind=TimelineKind.NOTE, body__in=notes)
    for lead_id, body in written.values_list("lead_id", "body"):
        found[lead_id].notes.add(body)
    for lead_id, tag_id in LeadTag.objects.filter(lead_id__in=lead_ids).values_list("lead_id", "tag_id"):
        found[lead_id].tags.add(tag_id)
    for lead_id in FinancialProfile.objects.filter(lead_id__in=lead_ids).values_list("lead_id", flat=True):
        found[lead_id].has_profile = True
    for lead_id in ledger.settled(lead_ids):
        found[lead_id].has_consent = True
    return dict(found)
