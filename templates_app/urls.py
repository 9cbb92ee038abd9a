"""Pages of templates."""

from django.urls import path

from templates_app import views, views_acts

app_name = "templates"
urlpatterns = [
    path("settings/templates/", views.template_list, name="list"),
    path("settings/templates/leads/", views.template_leads, name="leads"),
    path("settings/templates/starters/", views_acts.template_starters, name="starters"),
    path("settings/templates/new/<slug:channel>/", views.template_new, name="new"),
    path("settings/templates/preview/<slug:channel>/", views.template_preview, name="preview"),
    path("settings/templates/<uuid:public_id>/", views.template_edit, name="edit"),
    path("settings/templates/<uuid:public_id>/versions/", views.template_versions, name="versions"),
    path("settings/templates/<uuid:public_id>/archive/", views_acts.template_archive, name="archive"),
    path("settings/templates/<uuid:public_id>/restore/", views_acts.template_restore, name="restore"),
    path("settings/templates/<uuid:public_id>/duplicate/", views_acts.template_duplicate, name="duplicate"),
    path("settings/templates/<uuid:public_id>/delete/", views_acts.template_delete, name="delete"),
]
