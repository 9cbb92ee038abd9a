"""Campaigns, their steps, who is in them and what was done."""

from campaigns.models.campaign import Campaign, Step
from campaigns.models.enrollment import CampaignLog, Enrollment

__all__ = ["Campaign", "CampaignLog", "Enrollment", "Step"]
