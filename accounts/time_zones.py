"""The time zones people choose from."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_REGIONS = ("America", "Atlantic", "Pacific", "Europe", "Africa", "Asia", "Australia", "Indian")


@cache
def known() -> frozenset[str]:
    """The zones of the tz database of this machine; reading its folders takes milliseconds."""
    return frozenset(available_timezones())


@cache
def grouped() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Zones by region, as a select's option groups, the Americas first: ("America", (("America/Lima", "Lima"), …))."""
    zones = sorted(known())
    regions = ((region, tuple(zone for zone in zones if zone.startswith(f"{region}/"))) for region in _REGIONS)
    return (
        *((region, tuple((zone, _city(zone)) for zone in theirs)) for region, theirs in regions),
        ("UTC", (("UTC", "UTC"),)),
    )


def validate(name: str) -> None:
    """Raise ValidationError unless the tz database of this machine knows the zone."""
    if name not in known():
        raise ValidationError(_("No conocemos esa zona horaria."), code="time_zone")


def _city(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")
