"""The control: a sender as one writes it at first. A timeout is tried again, a lease that ran out is anybody's.

In the same harness it must double messages; if it does not, the harness proves nothing.
"""

import time
from uuid import uuid4

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from accounts.models import Broker
from core import tenancy
from messaging import channels
from messaging.enums import Status
from messaging.letters import Outcome
from messaging.models import Message
from messaging.sending.letter import letter_of

_BATCH = 8


def run():
    """Send for ever."""
    while True:
        try:
            if not look():
                time.sleep(0.1)
        except OperationalError:
            close_old_connections()
            connection.close()


def look():
    sent = 0
    for broker_id in Broker.objects.order_by("?").values_list("pk", flat=True):
        for message, letter in claim(broker_id):
            answer = channels.of(message.account.provider).send(letter)
            sent += 1
            with tenancy.use(broker_id):
                done = answer.outcome in {Outcome.ACCEPTED, Outcome.REJECTED}
                fate = Status.QUEUED
                if done:
                    fate = Status.SENT if answer.outcome is Outcome.ACCEPTED else Status.FAILED
                mine = Message.objects.filter(pk=message.pk, attempt=message.attempt, status=Status.SENDING)
                mine.update(status=fate, provider_ref=answer.ref, lease_worker=None, lease_until=None)
    return sent


def claim(broker_id):
    now = timezone.now()
    with tenancy.use(broker_id):
        due = Message.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account")
        over = list(due.filter(status=Status.SENDING, lease_until__lt=now)[:_BATCH])
        for message in over:
            Message.objects.filter(pk=message.pk).update(status=Status.QUEUED, lease_worker=None, lease_until=None)
        taken = []
        for message in due.filter(status=Status.QUEUED).order_by("pk")[:_BATCH]:
            message.attempt, worker = uuid4(), uuid4()
            held = {"lease_worker": worker, "lease_until": now + settings.SEND_LEASE, "attempt": message.attempt}
            Message.objects.filter(pk=message.pk).update(status=Status.CLAIMED, **held)
            Message.objects.filter(pk=message.pk).update(status=Status.SENDING)
            taken.append((message, letter_of(message)))
    return taken
