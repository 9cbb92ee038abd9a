"""Meetings in Django admin: to look at. They are changed in the product, which tells the timeline."""

from django.contrib import admin

from appointments.models import Appointment
from core.admin_base import AppendOnlyAdmin


@admin.register(Appointment)
class AppointmentAdmin(AppendOnlyAdmin):
    """Meetings agreed with leads."""

    list_display = ("starts_at", "lead", "type", "status", "agent", "place")
    list_filter = ("status", "type")
    list_select_related = ("lead", "agent")
    search_fields = ("lead__name", "place")
    ordering = ("-starts_at", "-id")
