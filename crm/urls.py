"""Pages of crm."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "crm"
urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", include("crm.urls_leads")),
    path("import/", include("crm.urls_import")),
]
