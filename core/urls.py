"""Pages of core."""

from django.urls import path

from core import views_jobs, views_live

app_name = "core"
urlpatterns = [
    path("live/", views_live.no_stream, name="live"),
    path("tray/", views_jobs.tray, name="tray"),
]
