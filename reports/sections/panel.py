"""The dashboard: four answers first, then how it goes."""

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.enums import Stage
from reports import arrivals, first_reply, funnel, pipeline_now, visits, words
from reports.periods import Period, Preset
from reports.pipeline_now import OPEN, StageNow
from reports.sections import funnel as funnel_section
from reports.sections import sources, team, times
from reports.sections.report import Report
from reports.tables import Block, Cell, Column, Days, Section, Stat, Table

_SOURCES = 6


def section(report: Report) -> Section:
    """Everything on it."""
    standing = pipeline_now.read(report.leads, rules=report.rules)
    found = funnel.read(report.leads, report.period)
    blocks = [
        _arrivals(report),
        funnel_section.way(found, report.links),
        sources.block(report, most=_SOURCES),
        times.block(report),
        team.block(report),
    ]
    is_new_here = not any(stage.leads for stage in standing.values()) and not any(found.entered.values())
    return Section(_stats(report, standing), blocks, is_empty=is_new_here)


def _stats(report: Report, standing: dict[Stage, StageNow]) -> list[Stat]:
    links = report.links
    today = Period.named(Preset.TODAY, now=report.now, zone=report.period.zone)
    week = Period.named(Preset.WEEK, now=report.now, zone=report.period.zone)
    reply = first_reply.read(report.leads, report.period)
    new = report.leads.filter(today.holds("created_at")).count()
    adrift = report.leads.filter(stage__in=OPEN, next_step_at=None).count()
    agreed = visits.agreed(report.leads, week).aggregate(n=Count("*"))["n"]
    expected = words.sums(pipeline_now.expected(standing)) or [words.NOTHING]
    return [
        Stat(_("Leads nuevos hoy"), words.count(new), url=links.behind("new", period=Preset.TODAY.value)),
        Stat(
            _("Primera respuesta"), words.duration(reply.median), _said(reply), links.behind("replied")
        ),
        Stat(
            _("Sin próximo paso"), words.count(adrift), _("leads abiertos"), links.leads(*OPEN, next_step="none")
        ),
        Stat(_("Visitas esta semana"), words.count(agreed), url=links.visits(period=Preset.WEEK.value)),
        Stat(_("Valor ponderado"), expected[0], " · ".join(expected[1:]), links.leads(*OPEN)),
    ]  # fmt: skip


def _said(reply: first_reply.FirstReply) -> str:
    if not reply.replied:
        return _("nadie contactado en estas fechas")
    return _("mediana de %(n)s leads") % {"n": words.count(reply.replied)}


def _arrivals(report: Report) -> Block:
    found = arrivals.read(report.leads, report.period)
    link = report.links.behind
    rows = [
        [
            Cell(date_format(day, "SHORT_DATE_FORMAT"), value=day.isoformat()),
            Cell(words.count(n), link("new", **{"period": "", "from": day.isoformat(), "to": day.isoformat()}), n),
        ]
        for day, n in found.items()
    ]
    table = Table(
        "arrivals", _("Leads nuevos"), [Column(_("Día"), number=False), Column(_("Leads"))], rows,
        report.links.file("panel", "arrivals"),
    )  # fmt: skip
    total = sum(found.values())
    about = _("%(n)s leads ingresaron en estas fechas.") % {"n": words.count(total)}
    # Translators: a day without its year under a chart; j day, b short month
    days = Days([(date_format(day, _("j b")), n) for day, n in found.items()])
    return Block(_("Leads nuevos"), about, table, days=days)
