"""The pieces of a template's source, before its expressions are read: braces, tags, blocks; and how one is refused."""

import re
from dataclasses import dataclass
from typing import NoReturn

from django.utils.translation import gettext as _

_LONGEST_EXPRESSION, DEEPEST, SHOWN = 300, 8, 40
_OPENS = {"if": "endif", "unless": "endunless"}
_BETWEEN = ("elsif", "else")
_PIECE = re.compile(r"[{}]")


class Refused(Exception):
    """A source that cannot be a template: the line it fails at, and why, in the reader's words."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason

    def __str__(self) -> str:
        return _("Línea %(line)s: %(reason)s") % {"line": self.line, "reason": self.reason}


@dataclass(slots=True)
class _Block:
    """A condition that is open while its source is read."""

    word: str
    start: int
    has_else: bool = False


def check_pieces(source: str) -> None:
    """Braces only as `{{ … }}` and `{% … %}`, tags we know, each block closed."""
    at = 0
    blocks: list[_Block] = []
    while found := _PIECE.search(source, at):
        start = found.start()
        opening = source[start : start + 2]
        if opening not in {"{{", "{%"}:
            refuse(source, start, _("hay una llave suelta: las variables se escriben {{ name }}."))
        closing = "}}" if opening == "{{" else "%}"
        end = source.find(closing, start + 2)
        inner = source[start + 2 : end]
        if end < 0 or _PIECE.search(inner):
            refuse(source, start, _("falta cerrar con «%(closing)s».") % {"closing": closing})
        if len(inner) > _LONGEST_EXPRESSION:
            refuse(source, start, _("lo que va entre llaves es demasiado largo."))
        if opening == "{%":
            _follow(source, start, inner, blocks)
        at = end + 2
    if blocks:
        told = _("falta cerrar este «%(word)s» con {%% end%(word)s %%}.") % {"word": blocks[-1].word}
        refuse(source, blocks[-1].start, told)


def _follow(source: str, start: int, inner: str, blocks: list[_Block]) -> None:
    word = (inner.strip("- \t\n\r").split() or [""])[0]
    within = blocks[-1] if blocks else None
    if word in _OPENS:
        blocks.append(_Block(word, start))
        if len(blocks) > DEEPEST:
            refuse(source, start, _("hay demasiadas condiciones una dentro de otra."))
    elif word in _BETWEEN and within and not within.has_else:
        within.has_else = word == "else"
    elif within and word == _OPENS[within.word]:
        blocks.pop()
    elif word in _BETWEEN or word in _OPENS.values():
        refuse(source, start, _("este «%(word)s» sobra: no es de ninguna condición.") % {"word": word})
    else:
        reason = _("«%(word)s» no se puede usar: solo if, elsif, else y unless.")
        refuse(source, start, reason % {"word": word[:SHOWN]})


def refuse(source: str, at: int, reason: str) -> NoReturn:
    """Raise Refused for a position."""
    raise Refused(line_of(source, at), reason)


def line_of(source: str, at: int) -> int:
    """The line a position lies in, from 1."""
    return source.count("\n", 0, at) + 1
