"""Who has how much in hand, and what they have done."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import links, team, words
from reports.pipeline_now import OPEN
from reports.sections.report import Report
from reports.tables import Bar, Block, Cell, Column, Section, Table, shares
from reports.team import Load


def section(report: Report) -> Section:
    """The team's table."""
    found = block(report)
    return Section(blocks=[found], is_empty=not found.table.rows)


def block(report: Report) -> Block:
    """A bar of open leads for each person, their figures in the table."""
    loads = team.read(report.leads, report.period, people=report.people, now=report.now)
    loads = [load for load in loads if (load.person and load.person.is_active) or _has_any(load)]
    bars = [
        Bar(
            _name(load), words.count(load.open), length, report.links.leads(*OPEN, assigned=links.person(load.person)),
            note=_late(load.overdue),
        )
        for load, length in zip(loads, shares(load.open for load in loads), strict=True)
    ]  # fmt: skip
    about = _("Leads abiertos ahora; lo demás es de estas fechas.")
    return Block(_("Carga del equipo"), about, _table(loads, report), bars)


def _table(loads: list[Load], report: Report) -> Table:
    columns = [
        Column(_("Persona"), number=False),
        Column(_("Abiertos")),
        Column(_("Nuevos")),
        Column(_("Primera respuesta")),
        Column(_("Tareas vencidas")),
        Column(_("Visitas")),
        Column(_("Ganados")),
    ]
    rows = [_row(load, report) for load in loads]
    return Table("team", _("Equipo"), columns, rows, report.links.file("team", "team"))


def _row(load: Load, report: Report) -> list[Cell]:
    of, go = links.person(load.person), report.links
    return [
        Cell(_name(load), face=True),
        _linked(load.open, go.leads(*OPEN, assigned=of)),
        _linked(load.new, go.behind("new", assigned=of)),
        Cell(words.duration(load.reply.median), go.behind("replied", assigned=of) if load.reply.replied else ""),
        _linked(load.overdue, go.tasks(who=of)),
        _linked(load.visits, go.visits(who=of)),
        _linked(load.won, go.behind("won", assigned=of)),
    ]


def _linked(number: int, url: str) -> Cell:
    return Cell(words.count(number), url if number else "", number)


def _late(tasks: int) -> str:
    return ngettext("%(n)s tarea vencida", "%(n)s tareas vencidas", tasks) % {"n": words.count(tasks)} if tasks else ""


def _name(load: Load) -> str:
    return str(load.person) if load.person else _("Sin asignar")


def _has_any(load: Load) -> bool:
    return any((load.open, load.new, load.overdue, load.visits, load.won))
