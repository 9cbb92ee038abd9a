"""CHECK constraints built from enums, so that the database refuses what the code does not know."""

from django.db.models import CheckConstraint, Q, TextChoices


def one_of(field: str, choices: type[TextChoices], *, name: str, blank: bool = False) -> CheckConstraint:
    """A constraint that `field` holds one of the values of `choices`, or the empty string when `blank`."""
    values = [*choices.values, ""] if blank else choices.values
    return CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)
