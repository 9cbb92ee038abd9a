"""Leads and what belongs to them."""

from crm.models.action import Action
from crm.models.assignment import AgentQueue, AssignmentPolicy
from crm.models.capture_form import CaptureForm, FormReceipt
from crm.models.consent import Consent
from crm.models.custom_field import CustomField
from crm.models.erasure import Erasure, PersonalFile
from crm.models.export import LeadExport
from crm.models.financial import FinancialProfile
from crm.models.imports import ImportMapping, ImportRow, LeadImport
from crm.models.interaction import Interaction
from crm.models.lead import Lead, LeadPhone
from crm.models.lead_queries import LeadQuerySet
from crm.models.rule_set import RuleSet
from crm.models.tag import LeadTag, Tag
from crm.models.task import Notification, Task
from crm.models.timeline import TimelineEntry
from crm.models.view import DefaultView, SavedView

__all__ = [
    "Action",
    "AgentQueue",
    "AssignmentPolicy",
    "CaptureForm",
    "Consent",
    "CustomField",
    "DefaultView",
    "Erasure",
    "FinancialProfile",
    "FormReceipt",
    "ImportMapping",
    "ImportRow",
    "Interaction",
    "Lead",
    "LeadExport",
    "LeadImport",
    "LeadPhone",
    "LeadQuerySet",
    "LeadTag",
    "Notification",
    "PersonalFile",
    "RuleSet",
    "SavedView",
    "Tag",
    "Task",
    "TimelineEntry",
]
