"""Pages of core."""

from django.urls import path

from core import views_jobs

app_name = "core"
urlpatterns = [
    path("tray/", views_jobs.tray, name="tray"),
]
