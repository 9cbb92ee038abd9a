"""Where leads come from, and what they become."""

from django.utils.translation import gettext as _

from reports import links, sources, words
from reports.sections.report import Report
from reports.sources import SourceFigures
from reports.tables import Block, Cell, Column, Section, Table

_STEP = 0.2


def section(report: Report) -> Section:
    """The table of sources."""
    found = block(report)
    return Section(blocks=[found], is_empty=not found.table.rows)


def block(report: Report, *, most: int | None = None) -> Block:
    """The sources, or the `most` important ones with a way to the others."""
    found = sources.read(report.leads, report.period)
    columns = [
        Column(_("Origen"), number=False),
        Column(_("Leads")),
        Column(_("Contactados")),
        Column(_("Con visita")),
        Column(_("Ganados")),
        Column(_("Presupuestos"), minor=True),
    ]
    rows = [_row(row, report) for row in found[:most]]
    table = Table("sources", _("Orígenes"), columns, rows, report.links.file("sources", "sources"))
    about = _("Leads que ingresaron en estas fechas, y qué ha sido de ellos hasta hoy.")
    more = report.links.page("sources") if most and len(found) > most else ""
    return Block(_("Orígenes"), about, table, more_url=more)


def _row(row: SourceFigures, report: Report) -> list[Cell]:
    name = {"source": links.source(row.source)}
    return [
        Cell(row.source or _("Sin origen")),
        Cell(words.count(row.leads), report.links.behind("new", **name), row.leads),
        _part(row.contacted, row.leads, report.links.behind("new", **name, **{"with": "contacted"})),
        _part(row.visited, row.leads, report.links.behind("new", **name, **{"with": "visited"})),
        _part(row.won, row.leads, report.links.behind("new", **name, **{"with": "won"})),
        Cell("\n".join(words.sums(row.values)) or words.NOTHING),
    ]


def _part(part: int, of: int, url: str) -> Cell:
    share = part / of
    heat = min(5, int(share / _STEP) + (share > 0))
    return Cell(words.percent(share), url if part else "", round(share, 4), heat=heat)
