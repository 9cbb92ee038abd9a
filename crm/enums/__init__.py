"""Words of the leads. Values are stored and public (docs/glossary.md); labels are what people read."""

from crm.enums.contact import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, InteractionKind
from crm.enums.fields import FieldKind
from crm.enums.files import ExportFormat, ImportState, RowOutcome
from crm.enums.leads import (
    DicomStatus,
    LeadStatus,
    LostReason,
    Operation,
    PhoneKind,
    PropertyType,
    Purpose,
    Qualification,
    Stage,
    Timeline,
    TreatmentType,
)
from crm.enums.working import ActionKind, AssignmentMode, NoticeKind, TaskKind, TimelineKind, ViewPage

__all__ = [
    "ActionKind",
    "AssignmentMode",
    "Channel",
    "ConsentBasis",
    "ConsentPurpose",
    "ConsentSource",
    "ConsentState",
    "DicomStatus",
    "ExportFormat",
    "FieldKind",
    "ImportState",
    "InteractionKind",
    "LeadStatus",
    "LostReason",
    "NoticeKind",
    "Operation",
    "PhoneKind",
    "PropertyType",
    "Purpose",
    "Qualification",
    "RowOutcome",
    "Stage",
    "TaskKind",
    "Timeline",
    "TimelineKind",
    "TreatmentType",
    "ViewPage",
]
