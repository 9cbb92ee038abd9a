"""API tokens: made once, shown once, known by their hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from accounts import trail
from accounts.enums import Scope
from accounts.models import ApiToken, User

_PREFIX = "corr_"
_SHOWN = 12
_TOUCH_EVERY = timedelta(minutes=5)


def digest(token: str) -> str:
    """SHA-256 in hexadecimal: tokens are long and random, so a slow hash would only slow requests."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(*, user: User, name: str, scope: Scope, expires_at: datetime | None) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not stored and cannot be shown again."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, scope=scope, expires_at=expires_at, prefix=secret[:_SHOWN], token_hash=digest(secret)
    )
    now = timezone.now()
    trail.note("token.issued", broker_id=user.broker_id, by=user, now=now, subject=token.public_id, scope=str(scope))
    return token, secret


def revoke(*, token: ApiToken, by: User, now: datetime) -> None:
    """End a token's life; a second call changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        trail.note("token.revoked", broker_id=token.user.broker_id, by=by, now=now, subject=token.public_id)


def find(secret: str, *, now: datetime) -> ApiToken | None:
    """The living token behind a secret, with its user and brokerage, or None."""
    token = (
        ApiToken.objects.select_related("user__broker")
        .filter(token_hash=digest(secret), revoked_at=None, user__is_active=True, user__broker__is_active=True)
        .first()
    )
    if token is None or (token.expires_at and token.expires_at <= now):
        return None
    if token.last_used_at is None or now - token.last_used_at > _TOUCH_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
