"""One include per app."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from core.csp_report import csp_report
from core.health import healthz, readyz
from core.views_components import components

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="pipeline:board"), name="home"),
    path("", include("pipeline.urls")),
    path("", include("appointments.urls")),
    path("", include("messaging.urls_accounts")),
    path("", include("messaging.urls_invites")),
    path("", include("crm.urls")),
    path("", include("messaging.urls")),
    path("", include("messaging.inbox.urls")),
    path("", include("templates_app.urls")),
    path("", include("campaigns.urls")),
    path("", include("reports.urls")),
    path("", include("integrations.urls")),
    path("", include("reports.audit.urls")),
    path("", include("accounts.urls")),
    path("", include("core.urls")),
    path("webhooks/", include("messaging.inbound.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
    path("i18n/language/", login_not_required(set_language), name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("csp-report/", csp_report, name="csp-report"),
]
if settings.DEBUG:
    urlpatterns.append(path("dev/components/", components, name="components"))
