"""Time in each stage."""

from django.utils.translation import gettext as _

from crm.enums import Stage
from reports import stage_times, words
from reports.pipeline_now import OPEN
from reports.sections.report import Report
from reports.stage_times import StageTime
from reports.tables import Bar, Block, Cell, Column, Section, Table


def section(report: Report) -> Section:
    """Mean and median of the visits."""
    found = block(report)
    return Section(blocks=[found], is_empty=not any(bar.share for bar in found.bars))


def block(report: Report) -> Block:
    """The stages where leads wait for something, as bars; all of them in the table."""
    found = stage_times.read(report.leads, report.period, now=report.now)
    longest = max((max(found[stage].mean or 0, found[stage].median or 0) for stage in OPEN), default=0) or 1
    bars = [_bar(stage, found[stage], longest, report) for stage in OPEN]
    return Block(
        _("Tiempo en cada etapa"),
        _("Días que los leads pasan en cada etapa; quienes siguen ahí cuentan hasta ahora."),
        _table(found, report),
        bars,
        legend=[("bar", _("Mediana")), ("tick", _("Promedio"))],
    )


def _bar(stage: Stage, time: StageTime, longest: float, report: Report) -> Bar:
    return Bar(
        str(stage.label),
        words.duration(time.median),
        (time.median or 0) / longest,
        report.links.behind("stayed", stage=stage.value) if time.leads else "",
        note=_("promedio %(mean)s") % {"mean": words.duration(time.mean)} if time.leads else "",
        tick=time.mean / longest if time.mean is not None else None,
    )


def _table(found: dict[Stage, StageTime], report: Report) -> Table:
    columns = [
        Column(_("Etapa"), number=False),
        Column(_("Leads")),
        Column(_("Estadías"), minor=True),
        Column(_("Siguen ahí"), minor=True),
        Column(_("Mediana")),
        Column(_("Promedio")),
    ]
    rows = [
        [
            Cell(str(stage.label)),
            Cell(words.count(time.leads), report.links.behind("stayed", stage=stage.value), time.leads),
            Cell(words.count(time.visits), value=time.visits),
            Cell(words.count(time.open), value=time.open),
            Cell(words.duration(time.median), value=_hours(time.median)),
            Cell(words.duration(time.mean), value=_hours(time.mean)),
        ]
        for stage, time in found.items()
    ]
    return Table("times", _("Tiempo en cada etapa"), columns, rows, report.links.file("times", "times"))


def _hours(seconds: float | None) -> float | str:
    """For a file: hours, which a spreadsheet can go on with."""
    return round(seconds / 3600, 2) if seconds is not None else ""
