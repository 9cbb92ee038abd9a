"""Invitations: how people join a brokerage.

    invite → (the link travels) → accept
       └ resend: a new link, the old one dies · revoke: no link at all · seven days: expired

The link proves the address; it is bound to that address and that brokerage, works once, and only its hash is stored.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import trail
from accounts.enums import Language, Role
from accounts.models import Broker, Invitation, User
from accounts.tokens import digest

LIFETIME = timedelta(days=7)
_PREFIX = "corr_inv_"  # the log's redactor masks what begins with corr_


class AlreadyMember(Exception):
    """The address is a member of this brokerage already."""


class Unusable(Exception):
    """The link was used, taken back, has expired, or never was."""


class Taken(Exception):
    """The address has an account elsewhere. Only the holder of the link learns it."""


def invite(*, broker: Broker, email: str, role: Role, by: User | None, now: datetime) -> tuple[Invitation, str]:
    """An invitation and its link, which is mailed once the transaction commits and cannot be read again.

    An open invitation of the same address is taken back: one address, one living link. Raises AlreadyMember.
    """
    address = email.strip().lower()
    if User.objects.of(broker).filter(email=address).exists():
        raise AlreadyMember(address)
    secret = _secret()
    with transaction.atomic():
        open_ones(broker).filter(email=address).update(revoked_at=now)
        made = Invitation.objects.create(
            broker=broker, email=address, role=role, invited_by=by, token_hash=digest(secret), expires_at=now + LIFETIME
        )
        _note("invitation.sent", made, by=by, now=now)
        return made, _send(made, secret)


def resend(*, invitation: Invitation, by: User | None, now: datetime) -> str:
    """A new link with seven new days; the old one is dead. Raises Unusable when it was accepted or taken back."""
    secret = _secret()
    changed = open_ones(invitation.broker).filter(pk=invitation.pk)
    with transaction.atomic():
        if not changed.update(token_hash=digest(secret), expires_at=now + LIFETIME):
            raise Unusable
        _note("invitation.resent", invitation, by=by, now=now)
        return _send(invitation, secret)


def revoke(*, invitation: Invitation, by: User | None, now: datetime) -> None:
    """Take an invitation back; a second call, or one after its acceptance, changes nothing."""
    with transaction.atomic():
        if open_ones(invitation.broker).filter(pk=invitation.pk).update(revoked_at=now):
            _note("invitation.withdrawn", invitation, by=by, now=now)


def open_ones(broker: Broker) -> QuerySet[Invitation]:
    """Invitations nobody has accepted or taken back, expired ones too."""
    return Invitation.objects.filter(broker=broker, accepted_at=None, revoked_at=None)


def find(secret: str, *, now: datetime) -> Invitation:
    """The living invitation behind a link, with its brokerage. Raises Unusable."""
    return _living(Invitation.objects.select_related("broker"), secret, now)


def accept(*, secret: str, name: str, password: str, language: Language, now: datetime) -> User:
    """The new member. Raises Unusable (also for the second of two at once) and Taken."""
    try:
        with transaction.atomic():
            invitation = _living(Invitation.objects.select_for_update(), secret, now)
            user = User.objects.create_user(
                invitation.email, password, name=name.strip(), role=invitation.role, broker=invitation.broker,
                language=language,
            )  # fmt: skip
            invitation.accepted_at = now
            invitation.save(update_fields=["accepted_at"])
            _note("invitation.accepted", invitation, by=user, now=now)
    except IntegrityError as error:
        raise Taken from error
    return user


def _living(invitations: QuerySet[Invitation], secret: str, now: datetime) -> Invitation:
    found = invitations.filter(
        token_hash=digest(secret), accepted_at=None, revoked_at=None, expires_at__gt=now, broker__is_active=True
    ).first()
    if found is None:
        raise Unusable
    return found


def _note(action: str, invitation: Invitation, *, by: User | None, now: datetime) -> None:
    subject, role = invitation.public_id, str(invitation.role)
    trail.note(action, broker_id=invitation.broker_id, by=by, now=now, subject=subject, role=role)


def _secret() -> str:
    return _PREFIX + secrets.token_urlsafe(32)


def _send(invitation: Invitation, secret: str) -> str:
    """Mail the link in the brokerage's language after the commit; returns it for copying."""
    link = settings.PUBLIC_URL + reverse("accounts:invitation", args=[secret])
    facts = {"invitation": invitation, "broker": invitation.broker, "link": link, "days": LIFETIME.days}
    with translation.override(invitation.broker.language):
        subject = " ".join(render_to_string("accounts/email/invitation_subject.txt", facts).split())
        body = render_to_string("accounts/email/invitation_message.txt", facts)
    to = [invitation.email]
    transaction.on_commit(lambda: send_mail(subject, body, None, to), robust=True)
    return link
