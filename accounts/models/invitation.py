"""An invitation to join a brokerage."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models.broker import Broker
from accounts.models.user import User
from core.constraints import one_of
from core.public_ids import uuid7


class Invitation(models.Model):
    """A single-use link, bound to an address and a brokerage; only the hash of its token is stored."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("correo"))
    role = models.CharField(_("rol"), max_length=10, choices=Role.choices, default=Role.AGENT)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitación")
        verbose_name_plural = _("invitaciones")
        constraints = [one_of("role", Role, name="accounts_invitation_role")]

    def __str__(self) -> str:
        return self.email
