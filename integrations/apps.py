"""What other systems are told: outgoing webhooks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Names the app."""

    name = "integrations"
    verbose_name = _("Integraciones")
