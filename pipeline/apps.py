"""The pipeline app."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """Names the app."""

    name = "pipeline"
