"""The fields a brokerage adds to its leads: what there is, and how it changes. Values: `crm.custom_values`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from accounts.models import Broker
from core import audit, tenancy
from core.actors import Actor
from core.text import fold
from crm import custom_values
from crm.custom_values import PREFIX, Definition, Value
from crm.enums import FieldKind
from crm.models import CustomField, Lead

MOST = 30
MOST_OPTIONS = 50
LONGEST_OPTION = 60
_LONGEST_KEY = 40


class TooMany(Exception):
    """The brokerage has as many fields as there may be."""


def definitions() -> tuple[Definition, ...]:
    """The fields in use, in their order: one statement, so callers ask once and pass it on."""
    return tuple(definition(field) for field in CustomField.objects.filter(archived_at=None))


def definition(field: CustomField) -> Definition:
    """A stored field as values are checked by it."""
    return Definition(field.key, field.label, FieldKind(field.kind), tuple(field.options), field.required)


def labels(names: Iterable[str]) -> dict[str, str]:
    """The labels of changed own fields by their prefixed names, archived ones too; no query where there are none."""
    keys = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    if not keys:
        return {}
    found = CustomField.objects.filter(key__in=keys).values_list("key", "label")
    return {PREFIX + key: label for key, label in found}


def checked(values: Mapping[str, object], fields: Iterable[Definition]) -> dict[str, Value | None]:
    """Values by key as JSON brings them; raises ValidationError with what is wrong by key, unknown keys too."""
    known = {field.key: field for field in fields}
    clean: dict[str, Value | None] = {}
    errors: dict[str, list[str]] = {}
    for key, value in values.items():
        if key not in known:
            errors[str(key)[:100]] = [_("Ese campo no existe.")]
            continue
        try:
            clean[key] = custom_values.checked(known[key], value)
        except ValidationError as error:
            errors[key] = list(error.messages)
    if errors:
        raise ValidationError(errors)
    return clean


def shown(lead: Lead, fields: Sequence[Definition]) -> list[tuple[str, str]]:
    """Label and value in words of each field in use, blanks included."""
    return [(field.label, custom_values.words(lead.custom.get(field.key))) for field in fields]


def counts(fields: Sequence[CustomField]) -> dict[str, int]:
    """How many leads have a value, by key: one statement."""
    if not fields:
        return {}
    wanted = {f"n{at}": Count("pk", filter=Q(custom__has_key=field.key)) for at, field in enumerate(fields)}
    found = Lead.objects.aggregate(**wanted)
    return {field.key: found[f"n{at}"] for at, field in enumerate(fields)}


def create(field: CustomField, *, by: Actor) -> CustomField:
    """Add a field; its key comes from its label and is never reused. Raises TooMany."""
    with audit.by(by), transaction.atomic():
        _one_at_a_time()
        if CustomField.objects.filter(archived_at=None).count() >= MOST:
            raise TooMany
        field.key = _free_key(field.label)
        field.position = (CustomField.objects.aggregate(last=Max("position"))["last"] or 0) + 1
        field.save(force_insert=True)
    return field


def change(field: CustomField, *, by: Actor) -> None:
    """Store a changed label, its options or whether it is asked for."""
    with audit.by(by):
        field.save(update_fields=["label", "options", "required"])


def move(field: CustomField, *, up: bool, by: Actor) -> None:
    """Let two neighbours change places; at the end nothing happens."""
    with audit.by(by), transaction.atomic():
        _one_at_a_time()
        row = list(CustomField.objects.filter(archived_at=None))
        at = next((at for at, each in enumerate(row) if each.pk == field.pk), None)
        to = None if at is None else at + (-1 if up else 1)
        if at is None or to is None or not 0 <= to < len(row):
            return
        row[at], row[to] = row[to], row[at]
        for position, each in enumerate(row, start=1):
            each.position = position
        CustomField.objects.bulk_update(row, ["position"])


def archive(field: CustomField, *, by: Actor, now: datetime) -> None:
    """Take a field out of use; the values stay and come back with it."""
    with audit.by(by):
        field.archived_at = now
        field.save(update_fields=["archived_at"])


def restore(field: CustomField, *, by: Actor) -> None:
    """Bring an archived field back. Raises TooMany."""
    with audit.by(by), transaction.atomic():
        _one_at_a_time()
        if CustomField.objects.filter(archived_at=None).count() >= MOST:
            raise TooMany
        field.archived_at = None
        field.save(update_fields=["archived_at"])


def options_of(text: str) -> list[str]:
    """One option a line; the same word twice, whatever its case or accents, is one."""
    words = [" ".join(line.split())[:LONGEST_OPTION] for line in text.splitlines()]
    return list({fold(word): word for word in reversed(words) if word}.values())[::-1][:MOST_OPTIONS]


def _one_at_a_time() -> None:
    Broker.objects.select_for_update().get(pk=tenancy.current())


def _free_key(label: str) -> str:
    plain = "".join(char if char.isascii() and char.isalnum() else "_" for char in fold(label))
    base = "_".join(filter(None, plain.split("_")))[: _LONGEST_KEY - 10] or "campo"
    base = f"campo_{base}" if base[0].isdigit() else base  # a number would be a place in a list, for PostgreSQL
    taken = set(CustomField.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}_{n}" for n in range(2, 1000))) if key not in taken)
