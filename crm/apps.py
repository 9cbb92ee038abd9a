"""The crm app."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """Names the app."""

    name = "crm"
