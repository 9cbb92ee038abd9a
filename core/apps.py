"""The core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Names the app."""

    name = "core"
