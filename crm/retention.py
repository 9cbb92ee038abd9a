"""How long the leads' files are kept."""

from datetime import datetime, timedelta

from crm.enums import ImportState
from crm.models import LeadExport, LeadImport, PersonalFile

SPREADSHEETS = timedelta(days=30)
_SETTLED = (ImportState.DONE, ImportState.REVERTED, ImportState.FAILED)


def purge(*, now: datetime) -> dict[str, int]:
    """Away, in the brokerage in force, with files nobody needs any more; the rows of an import stay, and its revert."""
    old = LeadImport.objects.filter(created_at__lt=now - SPREADSHEETS, content__isnull=False, state__in=_SETTLED)
    return {
        "spreadsheets": old.update(content=None),
        "exports": LeadExport.objects.filter(expires_at__lte=now).delete()[0],
        "personal_files": PersonalFile.objects.filter(expires_at__lte=now).delete()[0],
    }
