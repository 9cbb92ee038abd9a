"""Leads left alone."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import inactive, words
from reports.pipeline_now import OPEN
from reports.sections.report import Report
from reports.tables import Bar, Block, Cell, Column, Section, Stat, Table, shares


def section(report: Report) -> Section:
    """How many in each open stage; closed ones wait for nobody."""
    days = report.inactive_days
    found = inactive.read(report.leads, days=days, now=report.now)
    total = sum(found[stage] for stage in OPEN)
    narrower = {"inactive_days": str(days)}
    label = ngettext("Sin contacto hace %(n)d día", "Sin contacto hace %(n)d días", days) % {"n": days}
    bars = [
        Bar(str(stage.label), words.count(found[stage]), length, report.links.leads(stage, **narrower))
        for stage, length in zip(OPEN, shares(found[stage] for stage in OPEN), strict=True)
    ]
    rows = [
        [Cell(str(stage.label)), Cell(words.count(found[stage]), report.links.leads(stage, **narrower), found[stage])]
        for stage in OPEN
    ]
    columns = [Column(_("Etapa"), number=False), Column(_("Leads"))]
    table = Table("inactive", _("Sin contacto"), columns, rows, report.links.file("inactive", "inactive"))
    about = _("En su etapa, y sin una respuesta suya ni una llamada contestada, hace al menos esos días.")
    stats = [Stat(label, words.count(total), url=report.links.leads(*OPEN, **narrower))]
    return Section(stats, [Block(_("Sin contacto por etapa"), about, table, bars)], is_empty=not total)
