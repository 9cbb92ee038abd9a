"""The funnel: from stage to stage, and the whole table of conversions."""

from itertools import pairwise

from django.utils.translation import gettext as _

from crm.enums import Stage
from reports import funnel, words
from reports.funnel import WAY, Funnel
from reports.links import Links
from reports.sections.report import Report
from reports.tables import Bar, Block, Cell, Column, Section, Table, shares

_STEP = 0.2  # of the share, a tint darker


def section(report: Report) -> Section:
    """Both."""
    found = funnel.read(report.leads, report.period)
    blocks = [way(found, report.links), _pairs(found, report.links)]
    return Section(blocks=blocks, is_empty=not any(found.entered.values()))


def way(found: Funnel, links: Links) -> Block:
    """The stages on the way to a sale: who entered, who went on to the next, who bought."""
    lengths = shares(found.entered[stage] for stage in WAY)
    following = dict(pairwise(WAY))
    bars = [
        Bar(
            str(stage.label),
            words.count(found.entered[stage]),
            length,
            links.behind("entered", stage=stage.value),
            note=_onwards(found, stage, following.get(stage)),
            tone="good" if stage == Stage.GANADO else "",
        )
        for stage, length in zip(WAY, lengths, strict=True)
    ]
    return Block(
        _("Embudo"),
        _("Leads que entraron a cada etapa en estas fechas, y cuántos siguieron después."),
        _way_table(found, links, following),
        bars,
    )


def _onwards(found: Funnel, stage: Stage, then: Stage | None) -> str:
    if then is None or not found.entered[stage]:
        return ""
    said = {"share": words.percent(found.share(stage, then)), "stage": then.label}
    return _("%(share)s pasó a %(stage)s") % said


def _way_table(found: Funnel, links: Links, following: dict[Stage, Stage]) -> Table:
    columns = [
        Column(_("Etapa"), number=False),
        Column(_("Entraron")),
        Column(_("Siguieron"), minor=True),
        Column(_("Conversión")),
        Column(_("Ganaron")),
    ]
    rows = []
    for stage in WAY:
        then = following.get(stage)
        rows.append(
            [
                Cell(str(stage.label)),
                _leads(found.entered[stage], links.behind("entered", stage=stage.value)),
                _reached(found, links, stage, then) if then else Cell(words.NOTHING),
                _share(found, links, stage, then) if then else Cell(words.NOTHING),
                Cell(words.NOTHING) if stage == Stage.GANADO else _reached(found, links, stage, Stage.GANADO),
            ]
        )
    return Table("way", _("Embudo"), columns, rows, links.file("funnel", "way"))


def _pairs(found: Funnel, links: Links) -> Block:
    columns = [Column(_("De \\ a"), number=False), *(Column(str(stage.label)) for stage in Stage)]
    rows = [
        [
            Cell(str(stage.label)),
            *(_share(found, links, stage, then) if then != stage else Cell("·", value="") for then in Stage),
        ]
        for stage in Stage
    ]
    table = Table("pairs", _("De etapa a etapa"), columns, rows, links.file("funnel", "pairs"))
    about = _("De quienes entraron a la etapa de la izquierda, la parte que entró después a la de arriba, hasta hoy.")
    return Block(_("De etapa a etapa"), about, table)


def _leads(number: int, url: str) -> Cell:
    return Cell(words.count(number), url, number)


def _reached(found: Funnel, links: Links, stage: Stage, then: Stage) -> Cell:
    return _leads(found.reached[stage, then], links.behind("entered", stage=stage.value, then=then.value))


def _share(found: Funnel, links: Links, stage: Stage, then: Stage) -> Cell:
    share = found.share(stage, then)
    if share is None:
        return Cell(words.NOTHING, value="")
    url = links.behind("entered", stage=stage.value, then=then.value) if share else ""
    return Cell(words.percent(share), url, round(share, 4), heat=min(5, int(share / _STEP) + (share > 0)))
