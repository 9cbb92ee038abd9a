"""Addresses of the leads' API."""

from django.urls import path

from crm.api import actions, custom_fields, files, leads, privacy, saved_views, scores, undoing

urlpatterns = [
    path("actions/", undoing.ActionList.as_view(), name="actions"),
    path("actions/<uuid:public_id>/undo/", undoing.ActionUndo.as_view(), name="action-undo"),
    path("views/", saved_views.Views.as_view(), name="views"),
    path("views/<uuid:public_id>/", saved_views.View.as_view(), name="view"),
    path("custom-fields/", custom_fields.CustomFieldList.as_view(), name="custom-fields"),
    path("leads/", leads.LeadList.as_view(), name="leads"),
    path("leads/import/", files.LeadImports.as_view(), name="lead-import"),
    path("leads/export/", files.LeadExports.as_view(), name="lead-export"),
    path("leads/export/<uuid:job_id>/", files.LeadExportFile.as_view(), name="lead-export-file"),
    path("leads/<uuid:public_id>/", leads.LeadDetail.as_view(), name="lead"),
    path("leads/<uuid:public_id>/restore/", leads.LeadRestore.as_view(), name="lead-restore"),
    path("leads/<uuid:public_id>/personal-data/", privacy.PersonalData.as_view(), name="personal-data"),
    path("leads/<uuid:public_id>/merge/", leads.LeadMerge.as_view(), name="lead-merge"),
    path("leads/<uuid:public_id>/assign/", actions.LeadAssign.as_view(), name="lead-assign"),
    path("leads/<uuid:public_id>/opt-out/", actions.LeadOptOut.as_view(), name="lead-opt-out"),
    path("leads/<uuid:public_id>/notes/", actions.LeadNotes.as_view(), name="lead-notes"),
    path("leads/<uuid:public_id>/score/", scores.LeadScore.as_view(), name="lead-score"),
    path("leads/<uuid:public_id>/recalculate/", scores.LeadRecalculate.as_view(), name="lead-recalculate"),
    path("rules/", scores.RulesInForce.as_view(), name="rules"),
    path("leads/<uuid:public_id>/timeline/", actions.LeadTimeline.as_view(), name="lead-timeline"),
]
