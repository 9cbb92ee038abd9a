"""Pages of the audit."""

from django.urls import path

from reports.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.page, name="page"),
    path("audit/leads/<uuid:public_id>/", views.of_lead, name="lead"),
    path("audit/export/", views.take_away, name="export"),
]
