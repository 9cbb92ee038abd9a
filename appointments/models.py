"""Agreed meetings."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from appointments.enums import OPEN, AppointmentStatus, AppointmentType
from core import audit
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel
from crm.models import Action, Lead


class Span(Func):
    """The time an appointment takes, its end left out."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


@audit.track()
class Appointment(PublicTenantModel, ActedBy):
    """One meeting of a lead with somebody of the brokerage. Nobody has two at a time: the database refuses it."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="appointments", db_constraint=False)
    agent = models.ForeignKey(
        "accounts.User",
        verbose_name=_("responsable"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    type = models.CharField(_("tipo"), max_length=16, choices=AppointmentType.choices)
    status = models.CharField(
        _("estado"), max_length=10, choices=AppointmentStatus.choices, default=AppointmentStatus.SCHEDULED
    )
    starts_at = models.DateTimeField(_("empieza"))
    ends_at = models.DateTimeField(_("termina"))
    place = models.CharField(_("dónde"), max_length=200, blank=True)
    note = models.CharField(_("nota"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)  # completed, missed or cancelled
    created_at = models.DateTimeField(editable=False)
    closing: Action | None = None
    """The act that closed it just now, to be taken back; not stored here."""

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("visita")
        verbose_name_plural = _("visitas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("type", AppointmentType, name="appointments_appointment_type"),
            one_of("status", AppointmentStatus, name="appointments_appointment_status"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointments_appointment_ends_later"),
            ExclusionConstraint(
                name="appointments_nobody_twice",
                expressions=[
                    ("broker", RangeOperators.EQUAL),
                    ("agent", RangeOperators.EQUAL),
                    (Span("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=[AppointmentStatus.HELD, *OPEN], agent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["broker", "lead", "-starts_at"], name="appointments_by_lead"),
            models.Index(fields=["broker", "starts_at", "id"], name="appointments_by_time"),
            models.Index(fields=["broker", "agent", "starts_at"], name="appointments_by_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.starts_at:%Y-%m-%d %H:%M}"
