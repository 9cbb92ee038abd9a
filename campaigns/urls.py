"""Pages of campaigns. Those of other tabs are modules of their own, included here."""

from django.urls import include, path

from campaigns.pages import build, listing

app_name = "campaigns"

_OF_ONE = [
    path("", build.campaign_build, name="build"),
]

urlpatterns = [
    path("campaigns/", listing.campaign_list, name="list"),
    path("campaigns/new/", listing.campaign_new, name="new"),
    path("campaigns/<uuid:public_id>/", include(_OF_ONE)),
]
