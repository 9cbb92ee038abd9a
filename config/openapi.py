"""How the API's document describes itself."""

from typing import Any

_ABOUT = """The CRM of a real-estate brokerage. A guide with examples is docs/api.md.

Every call stands for a person of one brokerage, by an API token (`Authorization: Bearer …`) or the browser's session.
What belongs to another brokerage, or is not the caller's to see, does not exist (404); a missing right is 403.
Errors are problems (RFC 9457). Lists come in pages: follow `next` until it is null."""

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Corredor",
    "DESCRIPTION": _ABOUT,
    "VERSION": "1",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.openapi.summarised",
        "core.api.idempotency.documented",
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": True,
    "TAGS": [
        {"name": "leads", "description": "People who may buy, rent or sell."},
        {"name": "pipeline", "description": "Where in the sale they are."},
        {"name": "rules", "description": "What score, qualification and stages go by."},
        {"name": "channels", "description": "Accounts through which the brokerage writes, and whether they work."},
        {"name": "templates", "description": "Texts that are sent again and again, with each lead's facts in them."},
        {"name": "webhooks", "description": "Telling other systems what happens."},
        {"name": "tasks", "description": "What people have to do."},
        {"name": "appointments", "description": "Meetings agreed with leads."},
        {"name": "conversations", "description": "What is said with leads."},
        {"name": "notifications", "description": "What the caller is told."},
        {"name": "jobs", "description": "Long work and its progress."},
        {"name": "account", "description": "The caller."},
    ],
    "ENUM_NAME_OVERRIDES": {
        "Stage": "crm.enums.Stage",
        "TemplateChannel": "templates_app.enums.TemplateChannel",
        "ConsentPurpose": "crm.enums.ConsentPurpose",
        "LeadStatus": "crm.enums.LeadStatus",
        "Qualification": "crm.enums.Qualification",
        "TreatmentType": "crm.enums.TreatmentType",
        "Operation": "crm.enums.Operation",
        "PropertyType": "crm.enums.PropertyType",
        "Purpose": "crm.enums.Purpose",
        "Timeline": "crm.enums.Timeline",
        "LostReason": "crm.enums.LostReason",
        "TimelineKind": "crm.enums.TimelineKind",
        "TaskKind": "crm.enums.TaskKind",
        "InteractionKind": "crm.enums.InteractionKind",
        "NoticeKind": "crm.enums.NoticeKind",
        "Channel": "crm.enums.Channel",
        "ConversationState": "messaging.enums.ConversationState",
        "ConversationOwner": "messaging.enums.Owner",
        "MessageDirection": "messaging.enums.Direction",
        "MessageStatus": "messaging.enums.Status",
        "WritableChannel": "messaging.inbox.api_shapes.WRITABLE_CHOICES",
        "AppointmentType": "appointments.enums.AppointmentType",
        "AppointmentStatus": "appointments.enums.AppointmentStatus",
        "Country": "accounts.enums.Country",
        "Currency": "accounts.enums.Currency",
        "Language": "accounts.enums.Language",
        "Role": "accounts.enums.Role",
        "Scope": "accounts.enums.Scope",
        "ActorKind": "core.actors.ActorKind",
        "MergeSide": "crm.api.inputs.SIDES",
        "DeliveryState": "integrations.enums.DeliveryState",
        "WebhookEvent": "integrations.enums.EventType",
        "WebhookOffReason": "integrations.enums.OffReason",
        "WebhookFailure": "integrations.enums.Failure",
        "ChannelProvider": "messaging.enums.Provider",
        "ChannelHealth": "messaging.enums.Health",
        "JobState": "core.models.JobState",
    },
}
