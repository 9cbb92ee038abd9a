"""People named in notes with @: found in what was typed, stored by their public id, shown by the name they have now.

Stored as `@[Diego Rivas](01890000-…)`: readable as it stands, and right after a change of name.
"""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from core.tenancy import current
from core.text import fold

_TOKEN = re.compile(r"@\[([^\]\n]{1,160})\]\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)")
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_MOST = 30


def team() -> list[User]:
    """Who may be named: the people who work in the brokerage in force."""
    return list(User.objects.filter(broker_id=current(), is_active=True).order_by("name", "email"))


def find(text: str, people: Iterable[User]) -> tuple[str, list[User]]:
    """The text with its mentions as they are stored, and who is mentioned, each once.

    A person is meant by their name, the first of their names or what stands before the @ of their address, where that
    is nobody else's too. What fits nobody stays as it was typed.
    """
    keys = _keys(people)
    stored, found, end = [], dict[int, User](), 0
    for number, sign in enumerate(_AT.finditer(text)):
        if number >= _MOST or sign.start() < end:
            continue
        meant = _meant(text, sign.end(), keys)
        if meant is not None:
            key, user = meant
            stored.append(f"{text[end : sign.start()]}@[{_clean(str(user))}]({user.public_id})")
            end = sign.end() + len(key)
            found[user.pk] = user
    return "".join(stored) + text[end:], list(found.values())


def plain(text: str) -> str:
    """The text as it reads: "@Diego Rivas" instead of the stored form."""
    return _TOKEN.sub(r"@\1", text)


def named(texts: Iterable[str]) -> dict[str, str]:
    """The present names of everybody mentioned in some texts, by public id; no statement where nobody is."""
    ids = {UUID(found) for text in texts for _name, found in _TOKEN.findall(text)}
    if not ids:
        return {}
    people = User.objects.filter(broker_id=current(), public_id__in=ids)
    return {str(person.public_id): str(person) for person in people}


def shown(text: str, names: Mapping[str, str]) -> SafeString:
    """The text as HTML: links, and a pill for each person mentioned."""
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(urlize(text[end : token.start()], autoescape=True))
        parts.append(_pill(names.get(token[2], ""), token[1]))
        end = token.end()
    return mark_safe("".join([*parts, urlize(text[end:], autoescape=True)]))  # noqa: S308 -- each part is escaped


def _pill(name: str, written: str) -> str:
    """A person by their present name; somebody of no brokerage of ours is text like any other."""
    return format_html('<span class="c-mention">@{}</span>', name) if name else format_html("@{}", written)


def _keys(people: Iterable[User]) -> list[tuple[str, User]]:
    """What each person may be called, folded, the longest first; what would be two people's is nobody's."""
    meant: dict[str, User | None] = {}
    for person in people:
        first = person.name.split()[0] if person.name.split() else ""
        for key in {fold(person.name), fold(first), fold(person.email.partition("@")[0])} - {""}:
            meant[key] = None if key in meant else person
    return sorted(((key, user) for key, user in meant.items() if user is not None), key=lambda pair: -len(pair[0]))


def _meant(text: str, start: int, keys: Iterable[tuple[str, User]]) -> tuple[str, User] | None:
    for key, user in keys:
        end = start + len(key)
        following = text[end : end + 1]
        if fold(text[start:end]) == key and not (following.isalnum() or following == "_"):
            return key, user
    return None


def _clean(name: str) -> str:
    """A name that cannot end the stored form early."""
    return " ".join(re.sub(r"[\[\]()]", " ", name).split())[:160] or "?"
