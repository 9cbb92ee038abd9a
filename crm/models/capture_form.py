"""Forms that strangers fill in to become leads."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from core import audit
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import ConsentPurpose


def new_token() -> str:
    """192 random bits for an address nobody guesses."""
    return secrets.token_urlsafe(24)


@audit.track(exclude=["taken_in", "joined", "blocked", "last_at"])
class CaptureForm(PublicTenantModel):
    """A public form of a brokerage at `/l/<token>/`: what it asks, what the person agrees to, where the leads go.

    `asks` is a list of `{"name", "required"}` in the order of the page (`crm.capture_fields`), `origins` are the sites
    that may embed it. The counters are kept by `crm.capture`.
    """

    token = models.CharField(max_length=43, default=new_token, editable=False)
    name = models.CharField(_("nombre"), max_length=80)
    title = models.CharField(_("título"), max_length=120)
    intro = models.TextField(_("introducción"), max_length=1000, blank=True)
    button = models.CharField(_("texto del botón"), max_length=40, blank=True)
    thanks = models.TextField(_("agradecimiento"), max_length=1000, blank=True)
    redirect_url = models.URLField(_("página de agradecimiento"), max_length=500, blank=True)
    language = models.CharField(_("idioma"), max_length=2, choices=Language.choices, default=Language.ES)
    asks = models.JSONField(default=list)
    consent_wording = models.TextField(_("texto de consentimiento"), max_length=2000, blank=True)
    consent_version = models.PositiveIntegerField(default=1, editable=False)
    consent_required = models.BooleanField(_("es obligatorio aceptar"), default=False)
    purpose = models.CharField(
        _("para qué acepta"),
        max_length=14,
        choices=ConsentPurpose.choices,
        default=ConsentPurpose.MARKETING,
    )
    source = models.CharField(_("origen"), max_length=60)
    tag_names = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(
        "accounts.User",
        verbose_name=_("responsable"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    origins = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(_("recibe respuestas"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    taken_in = models.PositiveIntegerField(_("respuestas"), default=0, editable=False)
    joined = models.PositiveIntegerField(_("de leads que ya estaban"), default=0, editable=False)
    blocked = models.PositiveIntegerField(_("bloqueadas"), default=0, editable=False)
    last_at = models.DateTimeField(_("última respuesta"), null=True, editable=False)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("formulario")
        verbose_name_plural = _("formularios")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["broker", "token"], name="crm_captureform_token"),
            one_of("language", Language, name="crm_captureform_language"),
            one_of("purpose", ConsentPurpose, name="crm_captureform_purpose"),
        ]
        indexes = [models.Index(fields=["token"], name="crm_captureform_address")]

    def __str__(self) -> str:
        return self.name


class FormReceipt(TenantModel):
    """That an answer was taken in: a keyed digest of what it said, kept a day, by which a repeat is known."""

    form = models.ForeignKey(CaptureForm, on_delete=models.CASCADE, related_name="receipts", db_constraint=False)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        verbose_name = _("acuse de recibo")
        verbose_name_plural = _("acuses de recibo")
        indexes = [models.Index(fields=["broker", "form", "digest", "-at"], name="crm_formreceipt_known")]

    def __str__(self) -> str:
        return self.digest[:12]
