"""An API token."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope
from accounts.models.user import User
from core.constraints import one_of
from core.public_ids import uuid7


class ApiToken(models.Model):
    """A person's key to the API: named, scoped, expiring, revocable; stored as a hash and a prefix to know it by."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("nombre"), max_length=80)
    prefix = models.CharField(max_length=16)
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("alcance"), max_length=5, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("vence"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("llave de API")
        verbose_name_plural = _("llaves de API")
        constraints = [one_of("scope", Scope, name="accounts_apitoken_scope")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
