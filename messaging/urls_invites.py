"""How a lead is invited to a channel that cannot write first."""

from django.urls import path

from messaging import invite_views as views

app_name = "invites"
urlpatterns = [
    path("leads/<uuid:public_id>/telegram/", views.telegram, name="telegram"),
    path("leads/<uuid:public_id>/telegram/invite/", views.invite, name="telegram-invite"),
]
