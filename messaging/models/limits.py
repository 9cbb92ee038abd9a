"""When and how often one may write: what a country says, what a brokerage adds, whom nobody writes to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country
from core import audit
from core.actors import ActedBy
from core.constraints import one_of
from core.tenant_models import PublicTenantModel, TenantModel
from crm.enums import Channel, ConsentPurpose
from messaging.enums import SuppressionKind, SuppressionSource


class ConsentNeed(models.TextChoices):
    """What a country asks before marketing may be sent."""

    OPT_IN = "opt_in", _("Consentimiento previo")
    OPT_OUT = "opt_out", _("Relación o solicitud previa, sin baja")
    NONE = "none", _("Nada")


class ContactPolicy(models.Model):
    """What one country says of one channel and purpose in a span of time. Global; platform staff edit it in admin.

    Empty `channel` stands for every channel without a row of its own. `days` are ISO weekdays; times are the lead's.
    """

    country = models.CharField(_("país"), max_length=2, choices=Country.choices)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices, blank=True)
    purpose = models.CharField(_("finalidad"), max_length=14, choices=ConsentPurpose.choices)
    days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("días"))
    opens = models.TimeField(_("desde"))
    closes = models.TimeField(_("hasta"))
    saturday_closes = models.TimeField(_("sábado hasta"), null=True, blank=True)
    holidays = models.BooleanField(_("también en feriados"), default=False)
    cap_count = models.PositiveSmallIntegerField(_("contactos"), null=True, blank=True)
    cap_days = models.PositiveSmallIntegerField(_("en días"), null=True, blank=True)
    consent = models.CharField(_("consentimiento"), max_length=7, choices=ConsentNeed.choices)
    registry = models.CharField(_("registro que se consulta"), max_length=80, blank=True)
    registry_days = models.PositiveSmallIntegerField(_("cada cuántos días"), null=True, blank=True)
    caller_prefixes = ArrayField(
        models.CharField(max_length=8), verbose_name=_("prefijos permitidos para llamar"), default=list, blank=True
    )
    wording = models.CharField(_("texto que debe llevar"), max_length=200, blank=True)
    source = models.CharField(_("fuente"), max_length=300)
    effective_from = models.DateField(_("rige desde"), null=True, blank=True)
    """Empty: a rule that is not in force yet, kept so that it is seen coming."""
    effective_to = models.DateField(_("rige hasta"), null=True, blank=True)

    class Meta:
        verbose_name = _("regla de contacto")
        verbose_name_plural = _("reglas de contacto")
        constraints = [
            one_of("country", Country, name="messaging_policy_country"),
            one_of("channel", Channel, name="messaging_policy_channel", blank=True),
            one_of("purpose", ConsentPurpose, name="messaging_policy_purpose"),
            one_of("consent", ConsentNeed, name="messaging_policy_consent"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="messaging_policy_hours"),
            models.UniqueConstraint(
                fields=["country", "channel", "purpose", "effective_from"], name="messaging_policy_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.channel or '*'} {self.purpose}"


@audit.track()
class ContactLimits(TenantModel, ActedBy):
    """What a brokerage adds to its country's rules; it can only tighten them. One row per brokerage, or none."""

    opens = models.TimeField(_("desde"), null=True, blank=True)
    closes = models.TimeField(_("hasta"), null=True, blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("días"), default=list, blank=True)
    per_day = models.PositiveSmallIntegerField(_("mensajes automáticos al día por lead"), null=True, blank=True)
    per_week = models.PositiveSmallIntegerField(_("mensajes automáticos a la semana por lead"), null=True, blank=True)
    daily_budget = models.PositiveIntegerField(_("mensajes automáticos al día en total"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("envíos detenidos desde"), null=True, blank=True)
    """The kill switch: nothing of this brokerage leaves, whoever wrote it."""
    always_open = models.BooleanField(default=False, editable=False)
    """The demo brokerage's own: simulated phones ring at any hour. It opens nothing for a real provider."""
    updated_at = models.DateTimeField(editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("horarios y límites")
        verbose_name_plural = _("horarios y límites")
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["broker"], name="messaging_limits_one"),
        ]


class Suppression(PublicTenantModel, ActedBy):
    """An address of which this brokerage knows that nobody is to be written to there, whoever's it is."""

    kind = models.CharField(_("tipo"), max_length=5, choices=SuppressionKind.choices)
    value = models.CharField(_("dirección"), max_length=254)
    source = models.CharField(_("motivo"), max_length=9, choices=SuppressionSource.choices)
    registry = models.CharField(_("registro"), max_length=80, blank=True)
    note = models.CharField(_("nota"), max_length=200, blank=True)
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(_("vence"), null=True, blank=True)

    class Meta(PublicTenantModel.Meta):
        verbose_name = _("dirección bloqueada")
        verbose_name_plural = _("direcciones bloqueadas")
        constraints = [
            *PublicTenantModel.Meta.constraints,
            *ActedBy.Meta.constraints,
            one_of("kind", SuppressionKind, name="messaging_suppression_kind"),
            one_of("source", SuppressionSource, name="messaging_suppression_source"),
            models.UniqueConstraint(
                fields=["broker", "kind", "value", "source", "registry"], name="messaging_suppression_once"
            ),
        ]

    def __str__(self) -> str:
        return self.value
