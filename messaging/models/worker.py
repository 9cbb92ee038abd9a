"""Processes that send, each known to be alive by a lock its database session holds."""

from django.db import models


class SendWorker(models.Model):
    """A sending process, for every brokerage. Alive is who holds the advisory lock, not who beat lately."""

    id = models.UUIDField(primary_key=True)
    lock_key = models.BigIntegerField(unique=True)
    host = models.CharField(max_length=120)
    pid = models.IntegerField()
    started_at = models.DateTimeField()
