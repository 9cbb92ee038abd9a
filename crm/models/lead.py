"""A lead: a person who may buy, rent or sell."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country, Currency, Language
from accounts.models import User
from core import audit
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantManager, TenantModel
from crm import enums
from crm.models.lead_queries import ALIVE, LeadManager, LeadNameKey, LeadQuerySet, LeadSearchText
from crm.priority import as_column

if TYPE_CHECKING:
    from crm.models.tag import Tag


@audit.track(
    exclude=[
        "search_text",
        "name_key",
        "score",
        "score_components",
        "scored_at",
        "next_task_at",
        "next_visit_at",
        "next_step_at",
        "priority",
        "last_inbound_at",
        "last_outbound_at",
        "last_contact_at",
        "updated_at",
    ]
)
class Lead(PublicTenantModel):
    """A person on three independent axes: stage, status, qualification. Only `pipeline.board` writes the stage."""

    name = models.CharField(_("nombre"), max_length=160, blank=True)
    phone_raw = models.CharField(_("teléfono"), max_length=80, blank=True)
    phone_e164 = models.CharField(_("teléfono normalizado"), max_length=20, blank=True, editable=False)
    email = models.EmailField(_("correo"), max_length=254, blank=True)
    source = models.CharField(_("origen"), max_length=60, blank=True)
    source_detail = models.JSONField(default=dict, blank=True, editable=False)
    language = models.CharField(_("idioma"), max_length=2, choices=Language.choices, default=Language.ES)
    time_zone = models.CharField(_("zona horaria"), max_length=40, blank=True)
    country = models.CharField(_("país"), max_length=2, choices=Country.choices, default=Country.CL)

    stage = models.CharField(
        _("etapa"), max_length=24, choices=enums.Stage.choices, default=enums.Stage.ENTRADA, editable=False
    )
    stage_entered_at = models.DateTimeField(default=timezone.now, editable=False)
    board_rank = models.CharField(max_length=200, db_collation="C", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    status = models.CharField(
        _("estado"), max_length=10, choices=enums.LeadStatus.choices, default=enums.LeadStatus.COLD
    )
    score = models.SmallIntegerField(_("puntaje"), null=True, blank=True, editable=False)
    score_components = models.JSONField(default=dict, blank=True, editable=False)
    scored_at = models.DateTimeField(null=True, blank=True, editable=False)
    qualification = models.CharField(
        _("calificación"), max_length=14, choices=enums.Qualification.choices, default=enums.Qualification.PENDIENTE
    )
    qualified_by = models.PositiveIntegerField(null=True, blank=True, editable=False)
    """The version of the rule set that told the qualification; null when a person did, or nobody yet."""
    treatment_type = models.CharField(
        _("tratamiento"),
        max_length=20,
        choices=enums.TreatmentType.choices,
        default=enums.TreatmentType.MANUAL_FOLLOW_UP,
    )
    assigned_to = models.ForeignKey(
        User,
        verbose_name=_("responsable"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    next_action_at = models.DateTimeField(_("próximo paso"), null=True, blank=True)
    next_task_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the first of its open tasks is due; `crm.todos` keeps it."""
    next_visit_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the first of its agreed visits begins; `appointments.upcoming` keeps it."""
    next_step_at = models.GeneratedField(
        expression=Least(F("next_action_at"), F("next_task_at"), F("next_visit_at")),
        output_field=models.DateTimeField(_("próximo paso")),
        db_persist=True,
    )

    location = models.CharField(_("comuna o sector"), max_length=120, blank=True)
    operation = models.CharField(_("operación"), max_length=10, choices=enums.Operation.choices, blank=True)
    property_type = models.CharField(
        _("tipo de propiedad"), max_length=16, choices=enums.PropertyType.choices, blank=True
    )
    bedrooms = models.PositiveSmallIntegerField(_("dormitorios"), null=True, blank=True)
    bathrooms = models.PositiveSmallIntegerField(_("baños"), null=True, blank=True)
    purpose = models.CharField(_("para qué"), max_length=10, choices=enums.Purpose.choices, blank=True)
    property_ref = models.CharField(_("propiedad consultada"), max_length=300, blank=True)
    timeline = models.CharField(
        _("plazo"), max_length=10, choices=enums.Timeline.choices, default=enums.Timeline.UNKNOWN
    )
    budget_amount = models.DecimalField(_("presupuesto"), max_digits=16, decimal_places=2, null=True, blank=True)
    budget_min = models.DecimalField(_("presupuesto desde"), max_digits=16, decimal_places=2, null=True, blank=True)
    budget_unit = models.CharField(_("unidad"), max_length=3, choices=Currency.choices, blank=True)
    wants_visit = models.BooleanField(_("pidió visita"), default=False)
    custom = models.JSONField(_("campos propios"), default=dict, blank=True, editable=False)

    last_inbound_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_outbound_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_contact_at = models.DateTimeField(_("último contacto"), null=True, blank=True, editable=False)
    referred_by = models.ForeignKey(
        "self",
        verbose_name=_("referido por"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="referrals",
        db_constraint=False,
    )
    referred_by_name = models.CharField(_("viene de parte de"), max_length=160, blank=True)
    lost_reason = models.CharField(
        _("motivo de pérdida"), max_length=24, choices=enums.LostReason.choices, blank=True, editable=False
    )
    lost_note = models.CharField(max_length=300, blank=True, editable=False)
    closing_price = models.DecimalField(
        _("precio de cierre"), max_digits=16, decimal_places=2, null=True, blank=True, editable=False
    )
    closing_unit = models.CharField(max_length=3, choices=Currency.choices, blank=True, editable=False)
    commission = models.DecimalField(
        _("comisión"), max_digits=16, decimal_places=2, null=True, blank=True, editable=False
    )
    income_band = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    opted_out_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="merged_leads",
        db_constraint=False,
    )
    created_at = models.DateTimeField(_("ingreso"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    search_text = models.GeneratedField(
        expression=LeadSearchText(
            F("name"),
            F("email"),
            F("phone_e164"),
            F("phone_raw"),
            F("location"),
            F("property_ref"),
            F("referred_by_name"),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    priority = models.GeneratedField(
        expression=as_column(), output_field=models.SmallIntegerField(_("prioridad")), db_persist=True
    )
    """How pressing, 0 first (crm.priority): the list is ordered by it."""

    name_key = models.GeneratedField(
        expression=LeadNameKey(F("name")), output_field=models.TextField(db_collation="C"), db_persist=True
    )

    tags: "models.ManyToManyField[Tag, Any]" = models.ManyToManyField(
        "crm.Tag", through="crm.LeadTag", related_name="leads"
    )

    objects = LeadManager.from_queryset(LeadQuerySet)()  # type: ignore[misc,assignment] # in the words of leads
    everything = TenantManager.from_queryset(LeadQuerySet)()  # the deleted ones too

    class Meta(PublicTenantModel.Meta):
        base_manager_name = "everything"  # a task or transition still finds its lead when that is in the bin
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["broker", "phone_e164"],
                condition=~Q(phone_e164="") & Q(deleted_at=None),
                name="crm_lead_one_per_phone",
            ),
            models.CheckConstraint(
                condition=Q(budget_amount__isnull=True, budget_unit="")
                | Q(budget_amount__isnull=False) & ~Q(budget_unit=""),
                name="crm_lead_budget_has_unit",
            ),
            models.CheckConstraint(condition=~Q(stage="perdido") | ~Q(lost_reason=""), name="crm_lead_lost_has_reason"),
            one_of("stage", enums.Stage, name="crm_lead_stage"),
            one_of("status", enums.LeadStatus, name="crm_lead_status"),
            one_of("qualification", enums.Qualification, name="crm_lead_qualification"),
            one_of("treatment_type", enums.TreatmentType, name="crm_lead_treatment_type"),
            one_of("operation", enums.Operation, name="crm_lead_operation", blank=True),
            one_of("property_type", enums.PropertyType, name="crm_lead_property_type", blank=True),
            one_of("purpose", enums.Purpose, name="crm_lead_purpose", blank=True),
            one_of("timeline", enums.Timeline, name="crm_lead_timeline"),
            one_of("lost_reason", enums.LostReason, name="crm_lead_lost_reason", blank=True),
            one_of("budget_unit", Currency, name="crm_lead_budget_unit", blank=True),
            one_of("closing_unit", Currency, name="crm_lead_closing_unit", blank=True),
            one_of("language", Language, name="crm_lead_language"),
            one_of("country", Country, name="crm_lead_country"),
        ]
        indexes = [
            models.Index(fields=["broker", "stage", "board_rank", "id"], condition=ALIVE, name="crm_lead_board"),
            models.Index(  # the heads of the board's columns, told from the index alone
                fields=["broker", "stage", "budget_unit"],
                include=["budget_amount", "next_step_at", "stage_entered_at", "assigned_to"],
                condition=ALIVE,
                name="crm_lead_figures",
            ),
            models.Index(fields=["broker", "-created_at", "-id"], condition=ALIVE, name="crm_lead_newest"),
            models.Index(fields=["broker", "email"], name="crm_lead_email"),
            models.Index(fields=["broker", "assigned_to", "-created_at"], condition=ALIVE, name="crm_lead_owner"),
            models.Index(fields=["broker", "next_step_at", "id"], condition=ALIVE, name="crm_lead_next_step"),
            models.Index(fields=["broker", "last_contact_at", "id"], condition=ALIVE, name="crm_lead_last_contact"),
            models.Index(fields=["broker", "name_key", "id"], condition=ALIVE, name="crm_lead_name"),
            models.Index(fields=["broker", "source"], name="crm_lead_source"),
            models.Index(fields=["broker", "score", "id"], condition=ALIVE, name="crm_lead_score"),
            models.Index(fields=["broker", "priority", "id"], condition=ALIVE, name="crm_lead_priority"),
            models.Index(fields=["broker", "-deleted_at", "-id"], condition=~ALIVE, name="crm_lead_deleted"),
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="crm_lead_search"),
        ]

    def __str__(self) -> str:
        return self.name or self.phone_raw or self.email


class LeadPhone(TenantModel):
    """A number that leads to a lead: digits of E.164 without the plus, so that equality finds every way to write it."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="phones", db_constraint=False)
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=enums.PhoneKind.choices)

    class Meta(TenantModel.Meta):
        verbose_name = _("número")
        verbose_name_plural = _("números")
        constraints = [
            models.UniqueConstraint(fields=["broker", "lead", "number"], name="crm_leadphone_once"),
            one_of("kind", enums.PhoneKind, name="crm_leadphone_kind"),
        ]
        indexes = [models.Index(fields=["broker", "number"], name="crm_leadphone_number")]

    def __str__(self) -> str:
        return f"+{self.number}"
