"""The addresses of what a campaign did, below the campaign's own."""

from django.urls import path

from campaigns.pages import log, results

urlpatterns = [
    path("results/", results.campaign_results, name="results"),
    path("log/", log.campaign_log, name="log"),
    path("log/<uuid:log_id>/", log.campaign_trace, name="trace"),
    path("why-not/", log.campaign_why_not, name="why-not"),
]
