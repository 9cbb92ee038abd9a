"""Tags: one word, one row, whatever its case or accents."""

from collections.abc import Iterable

from core.text import fold
from crm.models import Tag

_LONGEST = 40


def named(names: Iterable[str]) -> list[Tag]:
    """The tags with these names in their order, made where missing; blank names are skipped."""
    wanted = {fold(name)[:_LONGEST]: name.strip()[:_LONGEST] for name in names if name.strip()}
    Tag.objects.bulk_create([Tag(name=name, key=key) for key, name in wanted.items()], ignore_conflicts=True)
    found = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
    return [found[key] for key in wanted]
