"""Django admin inside one brokerage at a time."""

from django.contrib import admin


class BrokerageAdminSite(admin.AdminSite):
    """The admin site."""

    site_header = "Corredor"
    site_title = "Corredor"
