"""The API, version 1: each app's routes, its document and the page that browses it."""

from django.urls import include, path

from accounts.api import Me
from core.api.docs import Document, page
from core.api.jobs import JobDetail

urlpatterns = [
    path("me/", Me.as_view(), name="api-me"),
    path("", include(("crm.api.routes", "crm"), namespace="api-crm")),
    path("", include(("pipeline.api", "pipeline"), namespace="api-pipeline")),
    path("", include(("reports.api", "reports"), namespace="api-reports")),
    path("", include(("messaging.account_api", "messaging"), namespace="api-channels")),
    path("", include(("messaging.suppression_api", "messaging"), namespace="api-sending")),
    path("", include(("integrations.api", "integrations"), namespace="api-integrations")),
    path("", include(("reports.audit.api", "audit"), namespace="api-audit")),
    path("", include(("crm.api.work_routes", "crm"), namespace="api-work")),
    path("", include(("templates_app.api", "templates_app"), namespace="api-templates")),
    path("", include(("messaging.trial_api", "messaging"), namespace="api-trials")),
    path("", include(("appointments.api", "appointments"), namespace="api-appointments")),
    path("", include(("messaging.inbox.api", "inbox"), namespace="api-inbox")),
    path("", include(("campaigns.api.routes", "campaigns"), namespace="api-campaigns")),
    path("", include(("campaigns.simulation.api", "campaigns"), namespace="api-simulation")),
    path("jobs/<uuid:public_id>/", JobDetail.as_view(), name="api-job"),
    path("schema/", Document.as_view(), name="api-schema"),
    path("docs/", page, name="api-docs"),
]
