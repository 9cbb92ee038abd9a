"""A visit of platform staff to a brokerage."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.broker import Broker
from accounts.models.user import User


class AdminVisit(models.Model):
    """Somebody of the platform's staff entered a brokerage in Django admin. Never edited; outside row security."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, verbose_name=_("persona"), on_delete=models.PROTECT, related_name="+")
    broker = models.ForeignKey(Broker, verbose_name=_("corredora"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("visita de soporte")
        verbose_name_plural = _("visitas de soporte")
        indexes = [models.Index(fields=["-at", "-id"], name="accounts_adminvisit_newest")]

    def __str__(self) -> str:
        return f"{self.user} → {self.broker}"
