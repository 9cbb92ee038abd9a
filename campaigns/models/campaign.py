"""A campaign and its steps."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.enums import CampaignStatus, CampaignTrigger, Overdue, StepAction, WhenFalse
from core import audit
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.enums import Stage
from crm.models import Tag
from messaging.models import SendScope
from templates_app.enums import AgentType, TemplateChannel
from templates_app.models import Template


@audit.track(exclude=["checked_at", "updated_at"])
class Campaign(PublicTenantModel, ActedBy):
    """Steps that leads go through, and what brings them in. `campaigns.running` owns its status."""

    name = models.CharField(_("nombre"), max_length=120)
    description = models.CharField(_("descripción"), max_length=500, blank=True)
    channel = models.CharField(_("canal"), max_length=10, choices=TemplateChannel.choices)
    """Of its steps, unless one says otherwise."""
    status = models.CharField(
        _("estado"), max_length=9, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT, editable=False
    )
    trigger = models.CharField(
        _("qué la inicia"), max_length=12, choices=CampaignTrigger.choices, default=CampaignTrigger.MANUAL
    )
    condition = models.JSONField(_("condición"), default=dict, blank=True)
    """The trigger's own keys (`campaigns.conditions.checked_trigger`)."""
    audience = models.JSONField(_("a quiénes"), default=dict, blank=True)
    """Filters of leads by their names in addresses, each a list of values (`campaigns.audience`)."""
    stop_on_reply = models.BooleanField(_("detenerse si responde"), default=True)
    reentry_days = models.PositiveSmallIntegerField(_("puede volver a entrar tras (días)"), null=True, blank=True)
    max_contacts = models.PositiveIntegerField(_("máximo de leads"), null=True, blank=True)
    opens = models.TimeField(_("desde las"), null=True, blank=True)
    closes = models.TimeField(_("hasta las"), null=True, blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("días"), default=list, blank=True)
    """ISO weekdays; none means all."""
    goal = models.CharField(_("meta"), max_length=24, choices=Stage.choices, blank=True)
    late_hours = models.PositiveSmallIntegerField(_("se descarta tras (horas de atraso)"), default=96)
    """A step that could not be done within so many hours of its time is not done any more."""
    version = models.PositiveIntegerField(_("versión"), default=1, editable=False)
    """Counts what is changed while it runs: a log row says under which one it was made."""
    scope = models.ForeignKey(
        SendScope, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, editable=False
    )
    created_at = models.DateTimeField(_("creada"), editable=False)
    updated_at = models.DateTimeField(_("cambiada"), editable=False)
    activated_at = models.DateTimeField(_("activada"), null=True, editable=False)
    paused_at = models.DateTimeField(_("pausada"), null=True, editable=False)
    resumed_at = models.DateTimeField(_("reanudada"), null=True, editable=False)
    overdue = models.CharField(max_length=6, choices=Overdue.choices, blank=True, editable=False)
    """What was said about overdue steps when it was resumed."""
    completed_at = models.DateTimeField(_("terminada"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archivada"), null=True, editable=False)
    checked_at = models.DateTimeField(_("revisada"), null=True, editable=False)
    """When its trigger was last looked at."""

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("campaña")
        verbose_name_plural = _("campañas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("channel", TemplateChannel, name="campaigns_campaign_channel"),
            one_of("status", CampaignStatus, name="campaigns_campaign_status"),
            one_of("trigger", CampaignTrigger, name="campaigns_campaign_trigger"),
            one_of("goal", Stage, name="campaigns_campaign_goal", blank=True),
            one_of("overdue", Overdue, name="campaigns_campaign_overdue", blank=True),
            models.CheckConstraint(
                condition=Q(opens=None) | Q(closes=None) | Q(opens__lt=F("closes")), name="campaigns_campaign_window"
            ),
            models.CheckConstraint(
                condition=~Q(status=CampaignStatus.ACTIVE) | Q(activated_at__isnull=False, scope__isnull=False),
                name="campaigns_campaign_activated",
            ),
        ]
        indexes = [
            models.Index(fields=["broker", "status", "-updated_at", "-id"], name="campaigns_campaign_list"),
            models.Index(
                fields=["status"], condition=Q(status=CampaignStatus.ACTIVE), name="campaigns_campaign_running"
            ),  # of all brokerages: the engine looks for those with something due
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        """Whether it takes leads in and does its steps."""
        return self.status == CampaignStatus.ACTIVE


@audit.track()
class Step(PublicTenantModel):
    """One step. Numbers have no gaps; one taken out of a campaign that ran has none and stays for its history."""

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaña"), on_delete=models.CASCADE, related_name="steps", db_constraint=False
    )
    number = models.PositiveSmallIntegerField(_("número"), null=True)
    action = models.CharField(_("acción"), max_length=16, choices=StepAction.choices)
    channel = models.CharField(_("canal"), max_length=10, choices=TemplateChannel.choices, blank=True)
    delay_minutes = models.PositiveIntegerField(_("espera (minutos)"), default=0)
    """From when the step before was done; of the first, from entering."""
    template = models.ForeignKey(
        Template, verbose_name=_("plantilla"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_constraint=False,
    )  # fmt: skip
    target_stage = models.CharField(_("etapa"), max_length=24, choices=Stage.choices, blank=True)
    agent_type = models.CharField(_("agente virtual"), max_length=24, choices=AgentType.choices, blank=True)
    assign_to = models.ForeignKey(
        User, verbose_name=_("responsable"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_constraint=False,
    )  # fmt: skip
    """None: whoever's turn it is."""
    tag = models.ForeignKey(
        Tag, verbose_name=_("etiqueta"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_constraint=False,
    )  # fmt: skip
    note = models.CharField(_("aviso"), max_length=300, blank=True)
    conditions = models.JSONField(_("condiciones"), default=list, blank=True)
    """All have to hold (`campaigns.conditions`)."""
    when_false = models.CharField(
        _("si no se cumplen"), max_length=4, choices=WhenFalse.choices, default=WhenFalse.SKIP
    )
    wait_hours = models.PositiveSmallIntegerField(_("esperar hasta (horas)"), null=True, blank=True)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("paso")
        verbose_name_plural = _("pasos")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            one_of("action", StepAction, name="campaigns_step_action"),
            one_of("channel", TemplateChannel, name="campaigns_step_channel", blank=True),
            one_of("target_stage", Stage, name="campaigns_step_target", blank=True),
            one_of("agent_type", AgentType, name="campaigns_step_agent_type", blank=True),
            one_of("when_false", WhenFalse, name="campaigns_step_when_false"),
            models.UniqueConstraint(
                fields=["broker", "campaign", "number"],
                name="campaigns_step_number",
                deferrable=Deferrable.DEFERRED,  # numbers are exchanged in one statement
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, retired_at__isnull=False) | Q(number__gte=1, retired_at__isnull=True),
                name="campaigns_step_retired",
            ),
            models.CheckConstraint(
                condition=~Q(when_false=WhenFalse.WAIT) | Q(wait_hours__gte=1), name="campaigns_step_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or '–'}. {self.get_action_display()}"

    @property
    def way(self) -> str:
        """The channel it uses: its own or its campaign's."""
        return self.channel or self.campaign.channel
