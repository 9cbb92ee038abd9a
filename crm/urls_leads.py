"""Addresses of the leads' pages."""

from django.urls import path

from crm import views_acts, views_edit, views_export, views_lead, views_list

urlpatterns = [
    path("", views_list.lead_list, name="lead-list"),
    path("filters/", views_list.lead_filters, name="lead-filters"),
    path("new/", views_edit.lead_new, name="lead-new"),
    path("hint/<slug:kind>/", views_edit.lead_hint, name="lead-hint"),
    path("export/", views_export.lead_export, name="lead-export"),
    path("exports/<uuid:public_id>/", views_export.export_file, name="export-file"),
    path("<uuid:public_id>/", views_lead.lead, name="lead"),
    path("<uuid:public_id>/head/", views_lead.lead_head, name="lead-head"),
    path("<uuid:public_id>/timeline/", views_lead.lead_timeline, name="lead-timeline"),
    path("<uuid:public_id>/notes/", views_acts.lead_note, name="lead-note"),
    path("<uuid:public_id>/assign/", views_acts.lead_assign, name="lead-assign"),
    path("<uuid:public_id>/tags/", views_acts.lead_tags, name="lead-tags"),
    path("<uuid:public_id>/consent/", views_acts.lead_consent, name="lead-consent"),
    path("<uuid:public_id>/facts/<slug:section>/", views_edit.lead_section, name="lead-section"),
    path("<uuid:public_id>/edit/<slug:section>/", views_edit.lead_edit, name="lead-edit"),
]
