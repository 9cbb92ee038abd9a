"""Leads and what belongs to them."""

from crm.models.consent import Consent
from crm.models.export import LeadExport
from crm.models.financial import FinancialProfile
from crm.models.imports import ImportMapping, ImportRow, LeadImport
from crm.models.lead import Lead, LeadPhone, LeadQuerySet
from crm.models.tag import LeadTag, Tag
from crm.models.timeline import TimelineEntry

__all__ = [
    "Consent",
    "FinancialProfile",
    "ImportMapping",
    "ImportRow",
    "Lead",
    "LeadExport",
    "LeadImport",
    "LeadPhone",
    "LeadQuerySet",
    "LeadTag",
    "Tag",
    "TimelineEntry",
]
