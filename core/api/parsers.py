"""Bodies of requests: JSON as RFC 8259 has it, without the corners in which programs disagree or break."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

_DEEPEST = 32
_LONGEST_NUMBER = 40  # digits; more is an attack on int(), not a number of ours


class TooLarge(APIException):
    """The body is larger than the server reads."""

    status_code = 413


class StrictJSON(BaseParser):
    """JSON in UTF-8, of limited size and depth; no doubled keys, no NaN, no NUL, no half characters."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 -- whatever JSON holds
        """The value of the body; raises ParseError (400) or TooLarge (413)."""
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(_("El cuerpo supera el máximo de %(bytes)s bytes.") % {"bytes": limit})
        try:
            value = json.loads(
                raw.decode(),
                object_pairs_hook=_object,
                parse_constant=_no_constant,
                parse_float=_float,
                parse_int=_integer,
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("El cuerpo no es JSON válido en UTF-8: %(why)s") % {"why": _why(error)}) from error
        _check(value)
        return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number of JSON")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number) or len(text) > _LONGEST_NUMBER:
        raise ValueError("a number is out of range")
    return number


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number is out of range")
    return int(text)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return "wrong bytes" if isinstance(error, UnicodeDecodeError) else str(error)


def _check(value: object) -> None:
    """Refuse what JSON can spell and a database cannot keep; walks without recursion."""
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ParseError(_("El cuerpo está anidado a más de %(levels)s niveles.") % {"levels": _DEEPEST})
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, dict):
            waiting += [(key, depth) for key in item] + [(inner, depth + 1) for inner in item.values()]
        elif isinstance(item, list):
            waiting += [(inner, depth + 1) for inner in item]


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError(_("El cuerpo contiene un carácter que no se puede guardar (nulo o incompleto)."))
