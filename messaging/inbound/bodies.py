"""Bodies of strangers' requests: bounded before they are read, and nothing in them that a database cannot keep."""

import json
import math
import re
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from django.http import HttpRequest, UnreadablePostError

LARGEST = 256 * 1024
"""Bytes; the longest message of any channel takes a tenth."""
_MOST_FIELDS = 300
_LONGEST_NUMBER = 40
_DEEPEST = 32
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Unreadable(Exception):
    """A body nobody can do anything with; `status` is the answer."""

    def __init__(self, why: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(why)
        self.status = status


def raw(request: HttpRequest, *, largest: int = LARGEST) -> bytes:
    """The bytes of a body; raises Unreadable for too many of them, packed ones, and a NUL among them."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > largest:
        raise Unreadable("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Unreadable("packed", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        found = request.read(largest + 1)
    except UnreadablePostError as error:
        raise Unreadable("cut off") from error
    if len(found) > largest:
        raise Unreadable("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if b"\x00" in found:
        raise Unreadable("NUL")
    return bytes(found)


def fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form, in order, empty ones too; raises Unreadable for too many and for what is no UTF-8."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:  # which a UnicodeDecodeError is too
        raise Unreadable("no form") from error


def single(found: list[tuple[str, str]]) -> dict[str, str]:
    """The same by name, fit to be stored; raises Unreadable when a name has two different values."""
    known: dict[str, str] = {}
    for name, value in found:
        if known.setdefault(name, value) != value:
            raise Unreadable("a field twice")
    return {str(clean(name)): str(clean(value)) for name, value in known.items()}


def document(body: bytes) -> dict[str, Any]:
    """An object of JSON, fit to be stored; raises Unreadable for anything else."""
    try:
        found = json.loads(body.decode(), parse_constant=_refuse, parse_int=_integer, parse_float=_float)
        found = clean(found)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("no object")
    return found


def clean(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 -- any JSON
    """The value with what PostgreSQL cannot keep replaced; raises ValueError when it is nested too deeply."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {clean(name): clean(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [clean(each, depth + 1) for each in value]
    return value


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number too long")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number too large")
    return number
