"""Templates are read here: Liquid with a short list of what it may do, and every refusal with its line and reason.

Text of strangers is a program once it is rendered. So the source is small, tags only choose, filters are ours
(`templates_app.filters`), a value is a plain value, and what is not named here is refused when the template is saved.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from liquid import BoundTemplate, Environment, Mode, RenderContext, StrictUndefined
from liquid.ast import Node
from liquid.builtin import content, illegal, output
from liquid.builtin.expressions import FilteredExpression, Path, StringLiteral
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags import if_tag, unless_tag
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from templates_app import filters
from templates_app.sources import DEEPEST, SHOWN, Refused, check_pieces, line_of, refuse

LARGEST = 10 * 1024
"""Bytes of a source."""
_MOST_FILTERS = 5
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Use:
    """A variable in a source, and the line it stands in."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source that was understood. `outputs` are its `{{ … }}` in order, each once; `uses` every variable."""

    template: BoundTemplate
    uses: tuple[Use, ...]
    outputs: tuple[Expression, ...]
    branches: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, each once, in order of appearance."""
        return tuple(dict.fromkeys(use.name for use in self.uses))

    def written(self, values: Mapping[str, object]) -> str:
        """The text with these values; raises LiquidError."""
        return self.template.render(values)

    def each(self, values: Mapping[str, object]) -> list[str]:
        """What every output says, in order of first appearance: WhatsApp's content variables."""
        context = RenderContext(self.template, globals=values)
        return [str(expression.evaluate(context)) for expression in self.outputs]

    def numbered(self) -> str:
        """The source as Meta's form wants it, with `{{1}}`, `{{2}}` in it."""
        places = {str(expression): number for number, expression in enumerate(self.outputs, start=1)}
        text = ""
        for node in self.template.nodes:
            text += f"{{{{{places[str(node.expression)]}}}}}" if isinstance(node, OutputNode) else str(node)
        return text


class _Environment(Environment):
    """Liquid without all that loops, stores, includes or multiplies."""

    block_nesting_limit = DEEPEST + 1
    loop_iteration_limit = 2000
    output_stream_limit = 20_000
    local_namespace_limit = 4000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Only these."""
        for tag in (content.Literal, output.Output, illegal.Illegal, if_tag.IfTag, unless_tag.UnlessTag):
            self.add_tag(tag)
        for name, (act, _arguments) in filters.FILTERS.items():
            self.add_filter(name, act)


_PLAIN = _Environment(undefined=StrictUndefined, tolerance=Mode.STRICT)
_HTML = _Environment(undefined=StrictUndefined, tolerance=Mode.STRICT, autoescape=True)


@lru_cache(maxsize=1024)
def parse(source: str, *, html: bool = False) -> Parsed:
    """The source, understood; raises Refused. Kept by its text, so a version is read once and not per lead."""
    if len(source.encode(errors="surrogatepass")) > LARGEST:
        raise Refused(1, _("el texto supera los 10 KB."))
    check_pieces(source)
    try:
        template = (_HTML if html else _PLAIN).from_string(source)
        return _inspected(template, source)
    except (LiquidError, RecursionError) as error:
        token = getattr(error, "token", None)
        at = max(getattr(token, "start_index", 0), 0)
        raise Refused(line_of(source, at), _("no se entiende «%(what)s».") % {"what": _around(source, at)}) from error


def _inspected(template: BoundTemplate, source: str) -> Parsed:
    nodes = list(_nodes(template.nodes, RenderContext(template)))
    shown: dict[str, Expression] = {}
    uses: list[tuple[int, Use]] = []
    for node in nodes:
        for expression in node.expressions():
            uses += _uses(expression, source)
        if isinstance(node, OutputNode):
            _check_output(node.expression, source)
            shown.setdefault(str(node.expression), node.expression)
    branches = any(not isinstance(node, OutputNode) for node in nodes if list(node.expressions()))
    ordered = tuple(use for _at, use in sorted(uses, key=lambda each: each[0]))
    return Parsed(template, ordered, tuple(shown.values()), branches)


def _nodes(found: Any, context: RenderContext) -> Iterator[Node]:  # noqa: ANN401 -- an iterable of nodes
    for node in found:
        yield node
        yield from _nodes(node.children(context), context)


def _uses(expression: Expression, source: str) -> Iterator[tuple[int, Use]]:
    at = max(expression.token.start_index, 0)
    if isinstance(expression, Path):
        name = ".".join(str(part) for part in expression.location())
        if not _NAME.fullmatch(name):
            refuse(source, at, _("«%(name)s» no es una variable.") % {"name": name[:SHOWN]})
        yield at, Use(name, line_of(source, at))
    elif isinstance(expression, RangeLiteral):
        refuse(source, at, _("aquí no se pueden usar rangos."))
    if isinstance(expression, FilteredExpression):
        _check_filters(expression, source)
    for child in expression.children():
        yield from _uses(child, source)


def _check_output(expression: Expression, source: str) -> None:
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        refuse(source, max(expression.token.start_index, 0), _("entre {{ y }} va una variable."))


def _check_filters(expression: FilteredExpression, source: str) -> None:
    used = expression.filters or []
    at = max(expression.token.start_index, 0)
    if len(used) > _MOST_FILTERS:
        refuse(source, at, _("hay demasiados filtros seguidos."))
    for each in used:
        if each.name not in filters.FILTERS:
            told = {"name": each.name[:SHOWN], "known": ", ".join(sorted(filters.FILTERS))}
            refuse(source, at, _("el filtro «%(name)s» no existe. Los que hay: %(known)s.") % told)
        arguments = [argument.value if not getattr(argument, "name", "") else None for argument in each.args]
        if len(arguments) > filters.FILTERS[each.name][1] or None in arguments:
            refuse(source, at, _("el filtro «%(name)s» no lleva eso.") % {"name": each.name})
        if each.name == "date" and not all(
            isinstance(argument, StringLiteral) and filters.patterns(argument.value) for argument in arguments
        ):
            refuse(source, at, _('ese formato de fecha no se puede usar; por ejemplo: "%d/%m/%Y".'))


def _around(source: str, at: int) -> str:
    """The piece between braces that position lies in."""
    start = max(source.rfind("{", 0, at + 1) - 1, 0)
    end = source.find("}", at)
    return source[start : min(end + 2 if end >= 0 else len(source), start + SHOWN)].split("\n", maxsplit=1)[0].strip()
