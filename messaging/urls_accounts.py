"""Pages of channel accounts."""

from django.urls import URLPattern, path

from messaging import account_views as views

app_name = "channels"
urlpatterns: list[URLPattern] = [
    path("settings/channels/", views.account_list, name="accounts"),
    path("settings/channels/new/", views.account_choose, name="account-choose"),
    path("settings/channels/new/<slug:provider>/", views.account_new, name="account-new"),
    path("settings/channels/<uuid:public_id>/", views.account, name="account"),
    path("settings/channels/<uuid:public_id>/state/", views.account_state, name="account-state"),
    path("settings/channels/<uuid:public_id>/edit/", views.account_edit, name="account-edit"),
    path("settings/channels/<uuid:public_id>/test/", views.account_test, name="account-test"),
    path("settings/channels/<uuid:public_id>/pause/", views.account_pause, name="account-pause"),
    path("settings/channels/<uuid:public_id>/resume/", views.account_resume, name="account-resume"),
    path("settings/channels/<uuid:public_id>/prefer/", views.account_prefer, name="account-prefer"),
    path("settings/channels/<uuid:public_id>/on/", views.account_switch, {"on": True}, name="account-on"),
    path("settings/channels/<uuid:public_id>/off/", views.account_switch, {"on": False}, name="account-off"),
]
