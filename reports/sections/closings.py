"""What was won and lost, and why."""

from django.utils.translation import gettext as _

from crm.enums import LostReason, Stage
from reports import outcomes, words
from reports.outcomes import Outcomes
from reports.sections.report import Report
from reports.tables import Bar, Block, Cell, Column, Section, Stat, Table, shares


def section(report: Report) -> Section:
    """The win rate, and the lost by reason and stage."""
    found = outcomes.read(report.leads, report.period)
    return Section(_stats(found, report), [_reasons(found, report)], is_empty=not found.won + found.lost)


def _stats(found: Outcomes, report: Report) -> list[Stat]:
    prices = words.sums(found.prices)
    closed = found.won + found.lost
    return [
        Stat(
            _("Tasa de cierre"),
            words.percent(found.win_rate),
            _("%(won)s de %(closed)s cerrados") % {"won": words.count(found.won), "closed": words.count(closed)},
        ),
        Stat(_("Ganados"), words.count(found.won), ", ".join(prices), report.links.behind("won")),
        Stat(_("Perdidos"), words.count(found.lost), "", report.links.behind("lost")),
    ]


def _reasons(found: Outcomes, report: Report) -> Block:
    reasons = found.by_reason()
    bars = [
        Bar(
            str(reason.label),
            words.count(leads),
            length,
            report.links.behind("lost", reason=reason.value),
            note=_("%(share)s de los perdidos") % {"share": words.percent(leads / found.lost)},
        )
        for (reason, leads), length in zip(reasons.items(), shares(reasons.values()), strict=True)
    ]
    about = _("Un lead cuenta una vez, por su último cierre, si no se reabrió antes de terminar estas fechas.")
    return Block(_("Por qué se pierden"), about, _table(found, reasons, report), bars)


def _table(found: Outcomes, reasons: dict[LostReason, int], report: Report) -> Table:
    stages = found.lost_from()
    columns = [
        Column(_("Motivo"), number=False),
        *(Column(_("Desde %(stage)s") % {"stage": stage.label}) for stage in stages),
        Column(_("Total")),
    ]
    rows = [
        [
            Cell(str(reason.label)),
            *(_cell(found, report, stage, reason) for stage in stages),
            Cell(words.count(total), report.links.behind("lost", reason=reason.value), total),
        ]
        for reason, total in reasons.items()
    ]
    return Table("lost", _("Por qué se pierden"), columns, rows, report.links.file("closings", "lost"))


def _cell(found: Outcomes, report: Report, stage: Stage, reason: LostReason) -> Cell:
    leads = found.lost_by.get((stage, reason), 0)
    url = report.links.behind("lost", reason=reason.value, stage=stage.value) if leads else ""
    return Cell(words.count(leads) if leads else "·", url, leads)
