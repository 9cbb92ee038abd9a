"""Pages of campaigns. Those of other tabs are modules of their own, included here."""

from django.urls import URLPattern, URLResolver, include, path

from campaigns.pages import audience, build, keeping, listing, settings, simulate, status, step_acts, steps

app_name = "campaigns"

_STEPS = [
    path("new/", steps.step_new, name="step-new"),
    path("preview/", steps.step_preview, name="step-preview"),
    path("<uuid:step_id>/", steps.step_edit, name="step"),
    path("<uuid:step_id>/move/", step_acts.step_move, name="step-move"),
    path("<uuid:step_id>/delete/", step_acts.step_delete, name="step-delete"),
]
_OF_ONE: list[URLPattern | URLResolver] = [
    path("", build.campaign_build, name="build"),
    path("counts/", build.campaign_counts, name="counts"),
    path("audience/", audience.campaign_audience, name="audience"),
    path("audience/count/", audience.audience_count, name="audience-count"),
    path("settings/", settings.campaign_settings, name="settings"),
    path("activate/", status.campaign_activate, name="activate"),
    path("pause/", status.campaign_pause, name="pause"),
    path("resume/", status.campaign_resume, name="resume"),
    path("complete/", status.campaign_complete, name="complete"),
    path("duplicate/", keeping.campaign_duplicate, name="duplicate"),
    path("archive/", keeping.campaign_archive, name="archive"),
    path("restore/", keeping.campaign_restore, name="restore"),
    path("delete/", keeping.campaign_delete, name="delete"),
    path("steps/", include(_STEPS)),
    path("", include("campaigns.pages.urls_log")),
    path("simulate/", simulate.campaign_simulate, name="simulate"),
    path("simulate/leads/", simulate.campaign_simulate_leads, name="simulate-leads"),
    path("simulate/<uuid:job_id>/", simulate.campaign_simulation, name="simulation"),
]

urlpatterns = [
    path("", include("campaigns.urls_leads")),
    path("campaigns/", listing.campaign_list, name="list"),
    path("campaigns/new/", listing.campaign_new, name="new"),
    path("campaigns/<uuid:public_id>/", include(_OF_ONE)),
]
