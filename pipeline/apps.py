"""The pipeline app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from crm import ties
from crm.ties import OnErase, OnMerge, Tie


class PipelineConfig(AppConfig):
    """Names the app and says what becomes of transitions when leads are merged or erased."""

    name = "pipeline"
    verbose_name = _("Tablero")

    def ready(self) -> None:
        """Declare the key to a lead: each lead keeps its own chain of transitions whole."""
        ties.declare("pipeline.StageTransition.lead", Tie(OnMerge.STAYS, OnErase.BLANKED, blanks={"reason": ""}))
