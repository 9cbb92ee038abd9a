"""Pages of appointments."""

from django.urls import path

from appointments import views

app_name = "appointments"
urlpatterns = [
    path("leads/<uuid:public_id>/visits/", views.lead_visits, name="lead-visits"),
    path("leads/<uuid:public_id>/visits/new/", views.visit_new, name="visit-new"),
    path("visits/<uuid:public_id>/edit/", views.visit_edit, name="visit-edit"),
    path("visits/<uuid:public_id>/cancel/", views.visit_cancel, name="visit-cancel"),
    path("visits/<uuid:public_id>/confirm/", views.visit_confirm, name="visit-confirm"),
    path("visits/<uuid:public_id>/complete/", views.visit_complete, name="visit-complete"),
    path("visits/<uuid:public_id>/no-show/", views.visit_no_show, name="visit-no-show"),
]
