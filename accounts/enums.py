"""Words of accounts: roles, languages, themes, countries, token scopes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do in their brokerage."""

    ADMIN = "admin", _("Administración")
    AGENT = "agent", _("Corredor")


class Language(models.TextChoices):
    """Languages of the interface, each named in itself."""

    ES = "es", "Español"
    EN = "en", "English"
    PT = "pt", "Português"


class Theme(models.TextChoices):
    """Colour themes."""

    AUTO = "auto", _("Como el sistema")
    LIGHT = "light", _("Claro")
    DARK = "dark", _("Oscuro")


class Country(models.TextChoices):
    """Countries a brokerage may work in (ISO 3166-1 alpha-2)."""

    CL = "CL", "Chile"
    CO = "CO", "Colombia"
    PE = "PE", "Perú"
    MX = "MX", "México"
    AR = "AR", "Argentina"
    BR = "BR", "Brasil"
    UY = "UY", "Uruguay"


class Currency(models.TextChoices):
    """Units a price may be in: ISO 4217, and Chile's UF."""

    UF = "UF", "UF"
    CLP = "CLP", "CLP"
    USD = "USD", "USD"
    MXN = "MXN", "MXN"
    ARS = "ARS", "ARS"
    COP = "COP", "COP"
    PEN = "PEN", "PEN"
    BRL = "BRL", "BRL"
    UYU = "UYU", "UYU"


class Scope(models.TextChoices):
    """What an API token may do."""

    READ = "read", _("Solo leer")
    WRITE = "write", _("Leer y escribir")
