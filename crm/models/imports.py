"""Imports of spreadsheets: the file, how its columns were read, what became of each row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActedBy
from core.constraints import one_of
from core.models import Job
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import ConsentBasis, ImportState, RowOutcome, Stage
from crm.models.lead import Lead


class LeadImport(PublicTenantModel, ActedBy):
    """One file on its way in. The file lives in the row, so that any worker can resume it after a crash."""

    file_name = models.CharField(_("archivo"), max_length=200)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=2, blank=True)
    has_header = models.BooleanField(default=True)
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    stage = models.CharField(_("etapa"), max_length=24, choices=Stage.choices, default=Stage.ENTRADA)
    consent_basis = models.CharField(_("base"), max_length=18, choices=ConsentBasis.choices, blank=True)
    consent_wording = models.TextField(blank=True)
    assigned_to = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    state = models.CharField(_("estado"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    next_row = models.PositiveIntegerField(default=1)  # the first data row not yet taken in; moves with each batch
    total_rows = models.PositiveIntegerField(default=0)
    created_rows = models.PositiveIntegerField(default=0)
    merged_rows = models.PositiveIntegerField(default=0)
    rejected_rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("importación")
        verbose_name_plural = _("importaciones")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("stage", Stage, name="crm_leadimport_stage"),
            one_of("consent_basis", ConsentBasis, name="crm_leadimport_consent_basis", blank=True),
            one_of("state", ImportState, name="crm_leadimport_state"),
        ]
        indexes = [models.Index(fields=["broker", "-created_at", "-id"], name="crm_leadimport_newest")]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(TenantModel):
    """What became of one data row, and what it changed, so that the import can be taken back."""

    lead_import = models.ForeignKey(LeadImport, on_delete=models.CASCADE, related_name="rows", db_constraint=False)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices)
    reason = models.CharField(max_length=300, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    lead = models.ForeignKey(
        Lead, null=True, on_delete=models.SET_NULL, related_name="import_rows", db_constraint=False
    )
    changes = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        verbose_name = _("fila importada")
        verbose_name_plural = _("filas importadas")
        constraints = [
            models.UniqueConstraint(fields=["broker", "lead_import", "number"], name="crm_importrow_once"),
            one_of("outcome", RowOutcome, name="crm_importrow_outcome"),
        ]
        indexes = [
            models.Index(fields=["broker", "fingerprint"], name="crm_importrow_fingerprint"),
            models.Index(fields=["broker", "lead"], name="crm_importrow_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_outcome_display()}"


class ImportMapping(TenantModel):
    """How a brokerage read a header last time; `header_key` is a hash of the folded header."""

    header_key = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("lectura de columnas")
        verbose_name_plural = _("lecturas de columnas")
        constraints = [models.UniqueConstraint(fields=["broker", "header_key"], name="crm_importmapping_key")]

    def __str__(self) -> str:
        return self.header_key[:12]
