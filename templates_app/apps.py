"""Templates of messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TemplatesConfig(AppConfig):
    """Names the app; its label is not Django's `templates`."""

    name = "templates_app"
    verbose_name = _("Plantillas")
