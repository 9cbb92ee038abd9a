"""Saved views: filters under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import ViewPage


class SavedView(PublicTenantModel):
    """The filters of the board or the list under a name; `query` is as in the page's address."""

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    page = models.CharField(max_length=6, choices=ViewPage.choices)
    name = models.CharField(_("nombre"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(_("para todo el equipo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("vista guardada")
        verbose_name_plural = _("vistas guardadas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["broker", "owner", "page", "name"], name="crm_savedview_name"),
            one_of("page", ViewPage, name="crm_savedview_page"),
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(TenantModel):
    """The view a person's page opens with."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    page = models.CharField(max_length=6, choices=ViewPage.choices)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults", db_constraint=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("vista inicial")
        verbose_name_plural = _("vistas iniciales")
        constraints = [
            models.UniqueConstraint(fields=["broker", "user", "page"], name="crm_defaultview_one"),
            one_of("page", ViewPage, name="crm_defaultview_page"),
        ]

    def __str__(self) -> str:
        return str(self.view)
