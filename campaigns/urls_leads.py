"""Campaigns as the pages of leads and of what was said meet them."""

from django.urls import path

from campaigns.pages import bulk, lead_panel

urlpatterns = [
    path("leads/<uuid:public_id>/campaigns/", lead_panel.lead_panel, name="lead-panel"),
    path("leads/<uuid:public_id>/campaigns/enroll/", lead_panel.lead_enroll, name="lead-enroll"),
    path("campaigns/leads/bulk/", bulk.enroll_many, name="enroll-many"),
    path("campaigns/enrollments/<uuid:public_id>/take-out/", lead_panel.take_out, name="take-out"),
    path("campaigns/messages/<uuid:public_id>/", lead_panel.why_message, name="message"),
]
