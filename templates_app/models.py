"""Templates of messages, and their versions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from core import audit
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import ConsentPurpose
from templates_app.enums import AgentType, Approval, Category, TemplateChannel


@audit.track()
class Template(PublicTenantModel, ActedBy):
    """A text a brokerage sends again and again. What it says stands in its versions; `version` is the one in use."""

    name = models.CharField(_("nombre"), max_length=120)
    channel = models.CharField(_("canal"), max_length=10, choices=TemplateChannel.choices)
    purpose = models.CharField(
        _("finalidad"), max_length=14, choices=ConsentPurpose.choices, default=ConsentPurpose.MARKETING
    )
    agent_type = models.CharField(_("agente virtual"), max_length=24, choices=AgentType.choices, blank=True)
    language = models.CharField(_("idioma"), max_length=2, choices=Language.choices, default=Language.ES)
    starter = models.CharField(max_length=40, blank=True, editable=False)
    """Which text of the starter set it began as; empty for one's own."""
    version = models.PositiveIntegerField(_("versión"), default=1, editable=False)
    archived_at = models.DateTimeField(_("archivada"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("creada"), editable=False)
    updated_at = models.DateTimeField(_("cambiada"), editable=False)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("plantilla")
        verbose_name_plural = _("plantillas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("channel", TemplateChannel, name="templates_template_channel"),
            one_of("purpose", ConsentPurpose, name="templates_template_purpose"),
            one_of("agent_type", AgentType, name="templates_template_agent_type", blank=True),
            one_of("language", Language, name="templates_template_language"),
            models.UniqueConstraint(
                fields=["broker", "channel", "language", "name"],
                condition=Q(archived_at=None),
                name="templates_template_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audit.track()
class TemplateVersion(TenantModel, ActedBy):
    """What a template said from some moment on. The text is never changed; only the provider's answer about it is."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions", db_constraint=False)
    number = models.PositiveIntegerField(_("versión"))
    subject = models.CharField(_("asunto"), max_length=200, blank=True)
    body = models.TextField(_("texto"))
    html = models.TextField(_("HTML"), blank=True)
    fallbacks = models.JSONField(_("valores por omisión"), default=dict, blank=True)
    """Variable name → what stands there when the lead has none."""
    content_sid = models.CharField(_("Content SID"), max_length=40, blank=True)
    category = models.CharField(_("categoría"), max_length=14, choices=Category.choices, blank=True)
    approval = models.CharField(_("aprobación"), max_length=8, choices=Approval.choices, default=Approval.NOT_SENT)
    approval_note = models.CharField(_("respuesta de Meta"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("creada"), editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("versión de plantilla")
        verbose_name_plural = _("versiones de plantilla")
        constraints = [
            *ActedBy.Meta.constraints,
            one_of("category", Category, name="templates_version_category", blank=True),
            one_of("approval", Approval, name="templates_version_approval"),
            models.UniqueConstraint(fields=["broker", "template", "number"], name="templates_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"
