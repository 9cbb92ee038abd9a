"""Pages of reports: the dashboard, the metrics, and what is behind their numbers."""

from django.urls import path

from reports.views import behind, metrics

app_name = "reports"
urlpatterns = [
    path("dashboard/", metrics.dashboard, name="dashboard"),
    path("metrics/", metrics.metrics, name="index"),
    path("metrics/filters/", metrics.filters, name="filters"),
    path("metrics/leads/", behind.leads, name="leads"),
    path("metrics/visits/", behind.visit_list, name="visits"),
    path("metrics/tasks/", behind.task_list, name="tasks"),
    path("metrics/<slug:section>/", metrics.metrics, name="metrics"),
    path("metrics/<slug:section>/<slug:key>.csv", metrics.table, name="table"),
]
