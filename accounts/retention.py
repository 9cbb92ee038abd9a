"""How long accounts keeps what is over."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.models import ApiToken, Broker, Invitation
from core import tenancy
from core.api import idempotency

ATTEMPTS = timedelta(days=7)
INVITATIONS = timedelta(days=90)
TOKENS = timedelta(days=365)


def purge(*, now: datetime) -> dict[str, int]:
    """Delete what is over and return how many of each.

    Sessions at once, failed logins after a week, dead invitations after three months, dead tokens after a year. Nothing
    of a brokerage's own data is touched.
    """
    dead_token = Q(revoked_at__lt=now - TOKENS) | Q(expires_at__lt=now - TOKENS)
    gone = {
        "sessions": Session.objects.filter(expire_date__lt=now),
        "attempts": AccessAttempt.objects.filter(attempt_time__lt=now - ATTEMPTS),
        "invitations": Invitation.objects.filter(expires_at__lt=now - INVITATIONS),
        "tokens": ApiToken.objects.filter(dead_token),
    }
    counts = {name: rows.delete()[0] for name, rows in gone.items()}
    living = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=living).delete()
    return counts


def purge_answers(*, now: datetime) -> int:
    """Delete the kept answers of every brokerage whose day is over; returns how many."""
    gone = 0
    for broker_id in Broker.objects.order_by("pk").values_list("pk", flat=True):
        with tenancy.use(broker_id):
            gone += idempotency.purge(now=now)
    return gone
