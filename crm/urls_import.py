"""Pages of the import, under /import/."""

from django.urls import path

from crm import views_import, views_import_result

urlpatterns = [
    path("", views_import.index, name="import-list"),
    path("new/", views_import.new, name="import-new"),
    path("<uuid:public_id>/", views_import_result.detail, name="import-detail"),
    path("<uuid:public_id>/columns/", views_import.mapping, name="import-mapping"),
    path("<uuid:public_id>/reading/", views_import.reread, name="import-reread"),
    path("<uuid:public_id>/preview/", views_import.preview, name="import-preview"),
    path("<uuid:public_id>/discard/", views_import.discard, name="import-discard"),
    path("<uuid:public_id>/resume/", views_import_result.resume, name="import-resume"),
    path("<uuid:public_id>/rejected.csv", views_import_result.rejected, name="import-rejected"),
    path("<uuid:public_id>/revert/", views_import_result.revert, name="import-revert"),
]
