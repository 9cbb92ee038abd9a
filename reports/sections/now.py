"""What stands in the pipeline now."""

from django.utils.translation import gettext as _

from crm.enums import Stage
from reports import pipeline_now, words
from reports.pipeline_now import OPEN, StageNow
from reports.sections.report import Report
from reports.tables import Bar, Block, Cell, Column, Section, Stat, Table, shares


def section(report: Report) -> Section:
    """Leads, value and weighted value by stage; the range does not matter here."""
    found = pipeline_now.read(report.leads, rules=report.rules)
    open_leads = sum(found[stage].leads for stage in OPEN)
    expected = words.sums(pipeline_now.expected(found)) or [words.NOTHING]
    stats = [
        Stat(_("Leads abiertos"), words.count(open_leads), url=report.links.leads(*OPEN)),
        Stat(_("Valor ponderado"), expected[0], " · ".join(expected[1:]), report.links.leads(*OPEN)),
    ]
    bars = [
        Bar(
            str(stage.label),
            words.count(found[stage].leads),
            length,
            report.links.leads(stage),
            note=" · ".join(words.sums(found[stage].values)),
        )
        for stage, length in zip(OPEN, shares(found[stage].leads for stage in OPEN), strict=True)
    ]
    about = _("Ahora, sin importar las fechas. Ponderado: el presupuesto por la probabilidad de la etapa.")
    block = Block(_("En cada etapa"), about, _table(found, report), bars)
    return Section(stats, [block], is_empty=not any(each.leads for each in found.values()))


def _table(found: dict[Stage, StageNow], report: Report) -> Table:
    columns = [
        Column(_("Etapa"), number=False),
        Column(_("Leads")),
        Column(_("Presupuestos")),
        Column(_("Probabilidad"), minor=True),
        Column(_("Ponderado")),
    ]
    rows = [
        [
            Cell(str(stage.label)),
            Cell(words.count(each.leads), report.links.leads(stage), each.leads),
            Cell("\n".join(words.sums(each.values)) or words.NOTHING),
            Cell(words.percent(each.chance / 100), value=each.chance),
            Cell("\n".join(words.sums(each.weighted)) or words.NOTHING),
        ]
        for stage, each in found.items()
    ]
    return Table("stages", _("En cada etapa"), columns, rows, report.links.file("now", "stages"))
