"""The addresses of the campaigns' API."""

from django.urls import path

from campaigns.api import campaigns, entering, reading, status, steps

app_name = "campaigns"

_ONE = "campaigns/<uuid:public_id>/"

urlpatterns = [
    path("campaigns/", campaigns.CampaignList.as_view(), name="campaigns"),
    path(_ONE, campaigns.CampaignDetail.as_view(), name="campaign"),
    path(f"{_ONE}archive/", campaigns.CampaignArchive.as_view(), name="archive"),
    path(f"{_ONE}duplicate/", campaigns.CampaignDuplicate.as_view(), name="duplicate"),
    path(f"{_ONE}activate/", status.CampaignActivate.as_view(), name="activate"),
    path(f"{_ONE}pause/", status.CampaignPause.as_view(), name="pause"),
    path(f"{_ONE}resume/", status.CampaignResume.as_view(), name="resume"),
    path(f"{_ONE}complete/", status.CampaignComplete.as_view(), name="complete"),
    path(f"{_ONE}steps/", steps.StepList.as_view(), name="steps"),
    path(f"{_ONE}steps/reorder/", steps.StepOrder.as_view(), name="steps-reorder"),
    path(f"{_ONE}steps/<uuid:step_id>/", steps.StepDetail.as_view(), name="step"),
    path(f"{_ONE}apply-to-lead/<uuid:lead_id>/", entering.CampaignApplyToLead.as_view(), name="apply-to-lead"),
    path(f"{_ONE}apply/", entering.CampaignApply.as_view(), name="apply"),
    path(f"{_ONE}audience/", entering.CampaignAudience.as_view(), name="audience"),
    path(f"{_ONE}why-not/<uuid:lead_id>/", entering.CampaignWhyNot.as_view(), name="why-not"),
    path(f"{_ONE}stats/", reading.CampaignStats.as_view(), name="stats"),
    path(f"{_ONE}enrollments/", reading.CampaignEnrollments.as_view(), name="enrollments"),
    path(f"{_ONE}logs/", reading.CampaignLogs.as_view(), name="logs"),
    path(f"{_ONE}logs/<uuid:log_id>/trace/", reading.CampaignLogTrace.as_view(), name="trace"),
]
