"""Who or what did it: every state change carries an Actor."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of


class ActorKind(models.TextChoices):
    """The kinds of doers the timeline and the audit log tell apart."""

    USER = "user", _("Persona")
    PLATFORM = "platform", _("Soporte de la plataforma")
    IMPORT = "import", _("Importación")
    API = "api", _("API")
    FORM = "form", _("Formulario")
    WEBHOOK = "webhook", _("Webhook")
    CAMPAIGN = "campaign", _("Campaña")
    AGENT = "agent", _("Agente virtual")
    SYSTEM = "system", "Corredor"  # the product's name; _("Corredor") is the role


class UserLike(Protocol):
    """What an actor needs to know of a user; keeps core below accounts."""

    pk: Any
    broker_id: int | None
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A doer: its kind, the user behind it (of the same brokerage, else None) and the name shown."""

    kind: ActorKind
    user_id: int | None = None
    label: str = ""

    @classmethod
    def of(cls, user: UserLike) -> "Actor":
        """The actor for a signed-in user; platform staff have no brokerage and are named by label only."""
        if user.broker_id is None:
            return cls(ActorKind.PLATFORM, None, user.name or user.email)
        return cls(ActorKind.USER, user.pk, user.name or user.email)

    @classmethod
    def system(cls, label: str = "") -> "Actor":
        """The installation itself: nightly jobs, demo data."""
        return cls(ActorKind.SYSTEM, None, label)

    def columns(self) -> dict[str, Any]:
        """The values of an ActedBy row's columns."""
        return {"by_kind": self.kind, "by_user_id": self.user_id, "by_label": self.label}


class ActedBy(models.Model):
    """Mixin for rows that say who made them. The user must be of the row's brokerage (composite foreign key)."""

    by_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    by_user = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    by_label = models.CharField(max_length=160, blank=True)

    class Meta:
        abstract = True
        constraints = [one_of("by_kind", ActorKind, name="%(app_label)s_%(class)s_by_kind")]
