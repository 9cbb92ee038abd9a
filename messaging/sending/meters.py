"""How fast an account may send, and whether at all: pauses its provider asks for, a breaker when it is away."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest

from messaging.models import ChannelMeter
from messaging.sending.workers import jitter

LONGEST = timedelta(hours=1)
_OPENS_AFTER = 5  # calls in a row without an answer
_FIRST_PAUSE = timedelta(seconds=15)


def rest(account_id: int, *, wait: timedelta, now: datetime) -> None:
    """The provider asked to be left alone for so long: the whole account waits."""
    until = now + min(wait, LONGEST) * settings.SEND_PACE
    ChannelMeter.objects.filter(account=account_id).update(closed_until=Greatest("closed_until", until))


def missed(account_id: int, *, calls: int, now: datetime) -> None:
    """So many calls found nobody. From the fifth in a row on, ever longer pauses, and one probe after each."""
    meter = ChannelMeter.objects.select_for_update(of=("self",)).select_related("account").get(account=account_id)
    meter.failures += calls
    beyond = meter.failures - _OPENS_AFTER
    if beyond >= 0:
        pause = min(_FIRST_PAUSE * 2 ** min(beyond, 10), LONGEST) * jitter() * settings.SEND_PACE
        meter.closed_until, meter.tokens_at = now + pause, now
        meter.tokens = 1 - float(meter.account.per_second) * pause.total_seconds()  # one, once the pause is over
    meter.save(update_fields=["failures", "closed_until", "tokens", "tokens_at"])


def answered(account_id: int) -> None:
    """Somebody is there: mostly nothing to write."""
    ChannelMeter.objects.filter(account=account_id, failures__gt=0).update(failures=0, closed_until=None)


def count(account_id: int, *, begun: int, now: datetime) -> None:
    """So many messages were begun today."""
    day = now.date()
    today = ChannelMeter.objects.filter(account=account_id)
    if not today.filter(day=day).update(begun_today=F("begun_today") + begun):
        today.update(day=day, begun_today=begun)
