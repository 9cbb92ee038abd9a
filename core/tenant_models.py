"""Base of every model whose rows belong to one brokerage."""

from typing import TypeVar

from django.db import models

from core.public_ids import uuid7
from core.tenancy import current

M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    """Base of the querysets of tenant models."""


class TenantManager(models.Manager[M]):
    """Starts every query from the brokerage in force and fails loudly without one."""

    def get_queryset(self) -> models.QuerySet[M]:
        """All rows of the brokerage in force; raises NoTenant without one."""
        return super().get_queryset().filter(broker_id=current())


class TenantModel(models.Model):
    """A row that belongs to exactly one brokerage: the one in force when it was made."""

    walled = True  # core.db.guard and the catalog test know tenant tables by this

    id = models.BigAutoField(primary_key=True)
    # Every other index begins with it: one of it alone would be kept at every write and never be the right one.
    broker = models.ForeignKey(
        "accounts.Broker", on_delete=models.PROTECT, default=current, related_name="+", editable=False, db_index=False
    )

    objects = TenantManager.from_queryset(TenantQuerySet)()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class PublicTenantModel(TenantModel):
    """A tenant row that is named in URLs and the API by a UUIDv7; the bigint key never leaves the house."""

    public_id = models.UUIDField(default=uuid7, editable=False)

    class Meta(TenantModel.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["broker", "public_id"], name="%(app_label)s_%(class)s_public_id")
        ]
