"""Campaigns: who gets what, when, and why."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from crm import ties
from crm.ties import OnErase, OnMerge, Tie


class CampaignsConfig(AppConfig):
    """Names the app, marks cards, and says what becomes of a lead's campaigns when leads are merged or erased."""

    name = "campaigns"
    verbose_name = _("Campañas")

    def ready(self) -> None:
        """Make the jobs known, and declare the keys to a lead.

        A campaign that both were in keeps the kept lead's way through it.
        """
        import_module("campaigns.simulation.asked")  # registers its job
        way = Tie(OnMerge.MOVES_IF_NEW, OnErase.BLANKED, same=("campaign_id",), blanks={"cause": {}})
        ties.declare("campaigns.Enrollment.lead", way)
        ties.declare("campaigns.CampaignLog.lead", Tie(OnMerge.MOVES, OnErase.BLANKED, blanks={"trace": {}}))
        import_module("campaigns.ways")  # it marks cards
