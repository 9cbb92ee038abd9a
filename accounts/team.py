"""The people of a brokerage: roles, leaving and coming back."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from accounts import sessions, trail
from accounts.enums import Role
from accounts.models import ApiToken, Broker, User

log = structlog.get_logger(__name__)


class LastAdmin(Exception):
    """Nobody would be left to run the brokerage."""


class Oneself(Exception):
    """Nobody takes their own rights away: they could not give them back."""


class NoBrokerage(Exception):
    """Platform staff work in no brokerage and have no role in one."""


def change_role(*, user: User, role: Role, by: User) -> None:
    """Give a person a role. Raises LastAdmin, Oneself and NoBrokerage; the same role writes nothing."""
    if user.broker_id is None:
        raise NoBrokerage(str(user))
    with transaction.atomic():
        held = _hold(user)
        if held.role == role:
            return
        _allowed(held, by, loses_admin=role != Role.ADMIN)
        held.role = role
        if role != Role.ADMIN:
            held.is_staff = False  # Django admin is for those who run the brokerage
        held.save(update_fields=["role", "is_staff"])
        trail.note(
            "user.role", broker_id=held.broker_id, by=by, now=timezone.now(), subject=held.public_id, role=str(role)
        )
    log.info("role_changed", user_id=held.pk, role=role, by=by.pk)


def deactivate(*, user: User, by: User, now: datetime) -> None:
    """Let a person in no more: their sessions and API tokens end at once. Raises LastAdmin and Oneself."""
    with transaction.atomic():
        held = _hold(user)
        _allowed(held, by, loses_admin=True)
        held.is_active = False
        held.save(update_fields=["is_active"])
        ApiToken.objects.filter(user=held, revoked_at=None).update(revoked_at=now)
        sessions.end_all(user=held)
        trail.note("user.deactivated", broker_id=held.broker_id, by=by, now=now, subject=held.public_id)
    log.info("user_deactivated", user_id=held.pk, by=by.pk)


def reactivate(*, user: User, by: User) -> None:
    """Let a person in again, with the role and password they had; revoked tokens stay dead."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        trail.note("user.reactivated", broker_id=user.broker_id, by=by, now=timezone.now(), subject=user.public_id)
    log.info("user_reactivated", user_id=user.pk, by=by.pk)


def _hold(user: User) -> User:
    """The user's row, after their brokerage's: two admins who demote each other wait for one another."""
    Broker.objects.select_for_update().filter(users=user).first()  # platform staff have none
    return User.objects.get(pk=user.pk)


def _allowed(user: User, by: User, *, loses_admin: bool) -> None:
    if user == by:
        raise Oneself(str(user))
    others = User.objects.filter(broker=user.broker_id, role=Role.ADMIN, is_active=True).exclude(pk=user.pk)
    if loses_admin and user.role == Role.ADMIN and user.is_active and not others.exists():
        raise LastAdmin(str(user))
