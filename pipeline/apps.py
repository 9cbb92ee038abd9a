"""The pipeline app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from crm import ties
from crm.ties import OnErase, OnMerge, Tie


class PipelineConfig(AppConfig):
    """Names the app, says what becomes of transitions when leads are merged or erased, and how many are moved."""

    name = "pipeline"
    verbose_name = _("Tablero")

    def ready(self) -> None:
        """Declare the key to a lead: each lead keeps its own chain of transitions whole. Register moving many."""
        blanks = {"reason": "", "overwrote": {}}  # what it overwrote holds the words of a loss
        ties.declare("pipeline.StageTransition.lead", Tie(OnMerge.STAYS, OnErase.BLANKED, blanks=blanks))
        import_module("pipeline.bulk_move")
