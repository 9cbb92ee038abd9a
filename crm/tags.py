"""Tags: one word, one row, whatever its case or accents."""

from collections.abc import Iterable

from core.text import fold
from crm.models import Tag

_LONGEST = 40


def key_of(name: str) -> str:
    """What makes two spellings one tag; folding may lengthen a name, so it is cut to the column. "" for a blank one."""
    return fold(name)[:_LONGEST].strip()


def named(names: Iterable[str]) -> list[Tag]:
    """The tags with these names in their order, made where missing; blank names are skipped."""
    wanted = {key: name.strip()[:_LONGEST] for name in names if (key := key_of(name))}
    Tag.objects.bulk_create([Tag(name=name, key=key) for key, name in wanted.items()], ignore_conflicts=True)
    found = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
    return [found[key] for key in wanted]
