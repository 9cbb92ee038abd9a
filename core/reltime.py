"""Times as people say them: "hace 3 h", "mañana 10:30", "12 nov"."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_NEAR_DAYS = 7


def relative(value: datetime, *, now: datetime) -> str:
    """The distance from `now` to an aware `value` in a few words of the active language and time zone.

    Under a minute "ahora"; under a day minutes or hours; yesterday, tomorrow and the six days around by day
    (by the calendar, not by 24 hours); beyond that the date, with its year if it is another one.
    """
    seconds = (now - value).total_seconds()
    if abs(seconds) < _MINUTE:
        return _("ahora")
    local, today = timezone.localtime(value), timezone.localtime(now)
    days = (today.date() - local.date()).days
    if days == 0 or abs(seconds) < 6 * _HOUR:
        return _within_a_day(seconds)
    if abs(days) < _NEAR_DAYS:
        return _by_day(local, days)
    # Translators: date formats (day, short month, year); b is a lower-case month, M a capitalised one
    return date_format(local, _("j b") if local.year == today.year else _("j b Y"))


def absolute(value: datetime) -> str:
    """The whole date and time of an aware `value` in the active language and time zone, zone included."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'DATETIME_FORMAT')} ({local:%Z})"


def _within_a_day(seconds: float) -> str:
    amount = int(abs(seconds) // (_MINUTE if abs(seconds) < _HOUR else _HOUR))
    if abs(seconds) < _HOUR:
        text = _("hace %(n)d min") if seconds > 0 else _("en %(n)d min")
    else:
        text = _("hace %(n)d h") if seconds > 0 else _("en %(n)d h")
    return text % {"n": amount}


def _by_day(local: datetime, days: int) -> str:
    if days == 1:
        return _("ayer")
    clock = date_format(local, "H:i")
    if days == -1:
        return _("mañana %(time)s") % {"time": clock}
    if days > 0:
        return _("hace %(n)d d") % {"n": days}
    return _("en %(n)d d") % {"n": -days}
