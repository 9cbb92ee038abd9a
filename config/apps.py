"""The admin app with our site: inside one brokerage at a time."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin, with its default site replaced."""

    default_site = "accounts.admin_site.BrokerageAdminSite"
