"""What came of an import: its rows by kind, and the rejected ones as a file to mend and bring in again."""

import csv
import io
import re
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from crm.enums import RowOutcome
from crm.imports.remarks import Remark
from crm.models import ImportRow, LeadImport, LeadQuerySet
from crm.sheet_files import escaped

PAGE = 50
_PLAIN_NUMBER = re.compile(r"[+-]?[\d\s().,/-]+")


def told(row: ImportRow) -> dict[str, Any]:
    """A row as the result shows it: the row, its reason and doubts in words, its filled cells."""
    text = " · ".join(cell for cell in row.cells if cell.strip())
    return {"row": row, "reason": reason(row), "doubts": doubts(row), "text": text}


def reason(row: ImportRow) -> str:
    """Why a row was rejected, in the reader's language."""
    code, _colon, raw = row.reason.partition(": ")
    return Remark(code, raw).message


def doubts(row: ImportRow) -> list[str]:
    """What was doubtful about a row, in the reader's language."""
    return [Remark(code, raw).message for code, raw in row.warnings]


def counts(lead_import: LeadImport) -> dict[str, int]:
    """How many rows ended how: the kinds that `rows` knows. One query."""
    warned = Q(outcome__in=[RowOutcome.CREATED, RowOutcome.MERGED]) & ~Q(warnings=[])
    return lead_import.rows.aggregate(
        created=Count("pk", filter=Q(outcome=RowOutcome.CREATED)),
        merged=Count("pk", filter=Q(outcome=RowOutcome.MERGED)),
        rejected=Count("pk", filter=Q(outcome=RowOutcome.REJECTED)),
        opt_out=Count("pk", filter=Q(changes__has_key="opt_out")),
        warned=Count("pk", filter=warned),
    )


def rows(lead_import: LeadImport, show: str, *, after: int = 0, seen_by: LeadQuerySet) -> list[ImportRow]:
    """A page of rows of one kind (created, merged, rejected, opt_out, warned), one more than PAGE when there are more.

    The lead of a row is loaded only where it is within `seen_by`.
    """
    found = lead_import.rows.filter(number__gt=after).order_by("number")
    if show in RowOutcome.values:
        found = found.filter(outcome=show)
    elif show == "opt_out":
        found = found.filter(changes__has_key="opt_out")
    elif show == "warned":
        found = found.exclude(warnings=[]).exclude(outcome=RowOutcome.REJECTED)
    page = list(found[: PAGE + 1])
    leads = seen_by.in_bulk([row.lead_id for row in page if row.lead_id])
    for row in page:
        if row.lead_id not in leads:
            row.lead = None
        else:
            row.lead = leads[row.lead_id]
    return page


def rejected_csv(lead_import: LeadImport) -> bytes:
    """The rejected rows with their cells as they came, and the reason; for a spreadsheet program, formulas disarmed."""
    written = io.StringIO()
    sheet = csv.writer(written, delimiter=";")
    rejected = lead_import.rows.filter(outcome=RowOutcome.REJECTED).order_by("number")
    width = max([len(lead_import.header), *(len(row.cells) for row in rejected)], default=0)
    names = [*lead_import.header, *(_("Columna %(number)s") % {"number": at + 1} for at in range(width))][:width]
    sheet.writerow([*map(_harmless, names), _("Fila"), _("Motivo")])
    for row in rejected:
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        sheet.writerow([*map(_harmless, cells), row.number, _harmless(reason(row))])
    return written.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula; phones keep their plus."""
    return cell if _PLAIN_NUMBER.fullmatch(cell) else escaped(cell)
