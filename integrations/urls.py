"""Pages of integrations."""

from django.urls import URLPattern, path, register_converter

from integrations import views


class Switch:
    """On or off."""

    regex = "on|off"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Switch, "switch")

app_name = "integrations"
urlpatterns: list[URLPattern] = [
    path("settings/webhooks/", views.webhook_list, name="webhooks"),
    path("settings/webhooks/new/", views.webhook_new, name="webhook-new"),
    path("settings/webhooks/deliveries/<uuid:public_id>/", views.delivery, name="delivery"),
    path("settings/webhooks/deliveries/<uuid:public_id>/retry/", views.delivery_retry, name="delivery-retry"),
    path("settings/webhooks/<uuid:public_id>/", views.webhook, name="webhook"),
    path("settings/webhooks/<uuid:public_id>/log/", views.webhook_log, name="webhook-log"),
    path("settings/webhooks/<uuid:public_id>/edit/", views.webhook_edit, name="webhook-edit"),
    path("settings/webhooks/<uuid:public_id>/rotate/", views.webhook_rotate, name="webhook-rotate"),
    path("settings/webhooks/<uuid:public_id>/test/", views.webhook_test, name="webhook-test"),
    path("settings/webhooks/<uuid:public_id>/delete/", views.webhook_delete, name="webhook-delete"),
    path("settings/webhooks/<uuid:public_id>/<switch:to>/", views.webhook_switch, name="webhook-switch"),
]
