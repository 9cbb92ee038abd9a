"""A person is erased: what providers told of them and nobody could apply yet goes too; what was applied went before."""

import json

from crm.events import PersonErased
from messaging.models import ProviderEvent


def on_erased(event: PersonErased) -> None:
    """Empty the waiting events that hold a number or an e-mail address of the person."""
    person = event.person
    marks = [*person.numbers, *(word for word in person.words if "@" in word)]
    waiting = ProviderEvent.objects.select_for_update().filter(applied_at=None).order_by("pk")
    told = [one for one in waiting if any(mark in json.dumps(one.payload).lower() for mark in marks)]
    ProviderEvent.objects.filter(pk__in=[one.pk for one in told]).update(payload={}, error="", applied_at=event.at)
