"""A brokerage: the tenant."""

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, Currency, Language
from core.constraints import one_of
from core.public_ids import uuid7


class Broker(models.Model):
    """A brokerage firm. Everything but platform staff and periodic tasks belongs to exactly one."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("nombre"), max_length=120)
    slug = models.SlugField(unique=True)
    country = models.CharField(_("país"), max_length=2, choices=Country.choices, default=Country.CL)
    currency = models.CharField(_("moneda"), max_length=3, choices=Currency.choices, default=Currency.CLP)
    language = models.CharField(_("idioma"), max_length=2, choices=Language.choices, default=Language.ES)
    time_zone = models.CharField(_("zona horaria"), max_length=40, default="America/Santiago")
    rotting_days = models.PositiveSmallIntegerField(_("días hasta enfriarse"), default=7)
    is_active = models.BooleanField(_("activa"), default=True)
    created_at = models.DateTimeField(_("creada"), auto_now_add=True)

    class Meta:
        verbose_name = _("corredora")
        verbose_name_plural = _("corredoras")
        constraints = [
            one_of("country", Country, name="accounts_broker_country"),
            one_of("currency", Currency, name="accounts_broker_currency"),
            one_of("language", Language, name="accounts_broker_language"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The brokerage's time zone."""
        return ZoneInfo(self.time_zone)
