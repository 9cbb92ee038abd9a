"""Pages of messaging."""

from django.urls import URLPattern, path

from messaging.views import limits, suppressions, trials, unsubscribing

_limits: list[URLPattern] = [
    path("settings/sending/", limits.limits_page, name="limits"),
    path("settings/sending/stop/", limits.stop, name="limits-stop"),
    path("settings/sending/resume/", limits.resume, name="limits-resume"),
    path("settings/suppressions/", suppressions.suppression_list, name="suppressions"),
    path("settings/suppressions/new/", suppressions.suppression_new, name="suppression-new"),
    path("settings/suppressions/register/", suppressions.register_read, name="register-read"),
    path("settings/suppressions/<uuid:public_id>/lift/", suppressions.suppression_lift, name="suppression-lift"),
]
_trials: list[URLPattern] = [
    path("settings/templates/<uuid:public_id>/test/", trials.template_test, name="template-test"),
]
_public: list[URLPattern] = [path("u/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe")]

app_name = "messaging"
urlpatterns: list[URLPattern] = [*_limits, *_trials, *_public]
