"""Which leads: one set of filters for the list, the board, the API, the export and the audience of a campaign.

A value that cannot be (an unknown stage, a tag of another brokerage) is an error of the form: ask `is_valid()`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.filterset import FilterSet

from accounts.enums import Language
from accounts.models import User
from core import tenancy
from crm import custom_fields, custom_filters, inactivity, next_steps, search
from crm.custom_values import PREFIX, Definition
from crm.enums import LeadStatus, Operation, PropertyType, Qualification, Stage
from crm.models import ImportRow, Lead, LeadQuerySet, LeadTag, Tag
from crm.next_steps import NextStep
from crm.priority import Priority, place_of

ME, NOBODY = "me", "none"
NO_SOURCE = "-"
"""The value of `source` that stands for leads without one."""
_MOST = 50
_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


class _Words(forms.MultipleChoiceField):
    """Several free words, none of them wrong but for the database's sake."""

    def validate(self, value: list[str]) -> None:
        if any("\x00" in word or len(word) > _MOST * 2 for word in value) or len(value) > _MOST:
            raise forms.ValidationError(_("No es un valor posible."))


class _Ids(_Words):
    """Several public ids."""

    def clean(self, value: Any) -> list[UUID]:  # noqa: ANN401 -- Django's signature
        try:
            return [UUID(word) for word in super().clean(value)]
        except ValueError as error:
            raise forms.ValidationError(_("No es un identificador válido.")) from error


class _WordsFilter(django_filters.Filter):
    field_class: type[forms.Field] = _Words


class _IdsFilter(django_filters.Filter):
    field_class: type[forms.Field] = _Ids


class _WholeNumber(django_filters.Filter):
    field_class: type[forms.Field] = forms.IntegerField


class LeadFilterForm(forms.Form):
    """Checks what a field alone cannot: that people and tags exist in this brokerage, and that ranges are ranges."""

    def clean_tag(self) -> list[UUID]:
        """The tags, all of them known."""
        return _known_tags(self.cleaned_data["tag"])

    def clean_not_tag(self) -> list[UUID]:
        """The tags, all of them known."""
        return _known_tags(self.cleaned_data["not_tag"])

    def clean_assigned(self) -> str | User:
        """`me`, `none`, "" or a person of the brokerage."""
        text: str = self.cleaned_data["assigned"]
        if text in {"", ME, NOBODY}:
            return text
        try:
            wanted = UUID(text)
        except ValueError as error:
            raise forms.ValidationError(_("Escribe «me», «none» o el identificador de una persona.")) from error
        person = User.objects.filter(broker_id=tenancy.current(), public_id=wanted).first()
        if person is None:
            raise forms.ValidationError(_("Esa persona no existe."))
        return person

    def clean(self) -> dict[str, Any]:
        """Ranges the right way round."""
        values = super().clean() or self.cleaned_data
        for low, high in (("score_min", "score_max"), ("created_from", "created_to")):
            if values.get(low) is not None and values.get(high) is not None and values[low] > values[high]:
                self.add_error(high, _("Termina antes de empezar."))
        return values


class LeadFilter(FilterSet):
    """The filters of leads by the names they have in URLs and in the API. Several values of one mean any of them."""

    q = django_filters.CharFilter(label=_("Texto"), method="by_text", max_length=100)
    stage = django_filters.MultipleChoiceFilter(label=_("Etapa"), choices=Stage.choices)
    status = django_filters.MultipleChoiceFilter(label=_("Estado"), choices=LeadStatus.choices)
    qualification = django_filters.MultipleChoiceFilter(label=_("Calificación"), choices=Qualification.choices)
    priority = django_filters.MultipleChoiceFilter(label=_("Prioridad"), choices=Priority.choices, method="by_priority")
    source = _WordsFilter(label=_("Origen"), method="by_source", required=False)
    tag = _IdsFilter(label=_("Etiqueta"), method="by_tag", required=False)
    not_tag = _IdsFilter(label=_("Sin la etiqueta"), method="by_no_tag", required=False)
    language = django_filters.MultipleChoiceFilter(label=_("Idioma"), choices=Language.choices)
    assigned = django_filters.CharFilter(label=_("Responsable"), method="by_owner", max_length=40)
    operation = django_filters.MultipleChoiceFilter(label=_("Operación"), choices=Operation.choices)
    property_type = django_filters.MultipleChoiceFilter(label=_("Propiedad"), choices=PropertyType.choices)
    next_step = django_filters.ChoiceFilter(label=_("Próximo paso"), choices=NextStep.choices, method="by_next_step")
    score_min = _WholeNumber(
        label=_("Puntaje desde"), field_name="score", lookup_expr="gte", min_value=0, max_value=100
    )
    score_max = _WholeNumber(
        label=_("Puntaje hasta"), field_name="score", lookup_expr="lte", min_value=0, max_value=100
    )
    created_from = django_filters.DateFilter(label=_("Ingreso desde"), method="by_first_day", validators=_DAYS)
    created_to = django_filters.DateFilter(label=_("Ingreso hasta"), method="by_last_day", validators=_DAYS)
    inactive_days = _WholeNumber(label=_("Días sin contacto"), method="by_inactivity", min_value=1, max_value=3650)
    opted_out = django_filters.ChoiceFilter(
        label=_("Baja"), choices=[("true", _("Pidió no recibir más")), ("false", _("Sin baja"))], method="by_opt_out"
    )
    referred_by = _IdsFilter(label=_("Referidos de"), method="by_referrer", required=False)
    imported = _IdsFilter(label=_("Importación"), method="by_import", required=False)

    class Meta:
        model = Lead
        fields: list[str] = []
        form = LeadFilterForm

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        queryset: QuerySet[Lead] | None = None,
        *,
        request: HttpRequest | None = None,
        prefix: str | None = None,
        user: User | None = None,
        now: datetime | None = None,
    ) -> None:
        """`user` is who "me" is (else the request's), `now` what today and inactivity are counted from."""
        super().__init__(data, queryset, request=request, prefix=prefix)
        asked = custom_filters.named(data or ())
        self.own: tuple[Definition, ...] = custom_fields.definitions() if asked else ()
        self.filters |= custom_filters.filters(asked, self.own)
        self.user = user or getattr(request, "user", None)
        self.now = now or timezone.now()

    def is_valid(self) -> bool:
        """Whether every value can be; `errors` says which cannot."""
        return bool(super().is_valid())

    @property
    def found(self) -> LeadQuerySet:
        """The leads, typed; none at all while the filters are not valid."""
        leads: LeadQuerySet = self.qs if self.is_valid() else self.queryset.none()
        return leads

    def by_text(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        """Those that match the words."""
        return search.matching(leads, value)

    def by_priority(self, leads: LeadQuerySet, name: str, value: list[str]) -> LeadQuerySet:
        """Those of one of the priorities of contact."""
        return leads.filter(priority__in=[place_of(Priority(word)) for word in value]) if value else leads

    def by_source(self, leads: LeadQuerySet, name: str, value: list[str]) -> LeadQuerySet:
        """Those that came from one of the sources."""
        return leads.filter(source__in=["" if word == NO_SOURCE else word for word in value]) if value else leads

    def by_tag(self, leads: LeadQuerySet, name: str, value: list[UUID]) -> LeadQuerySet:
        """Those that bear one of the tags."""
        if not value:
            return leads
        return leads.filter(Exists(LeadTag.objects.filter(lead=OuterRef("pk"), tag__public_id__in=value)))

    def by_no_tag(self, leads: LeadQuerySet, name: str, value: list[UUID]) -> LeadQuerySet:
        """Those that bear none of the tags."""
        if not value:
            return leads
        return leads.exclude(Exists(LeadTag.objects.filter(lead=OuterRef("pk"), tag__public_id__in=value)))

    def by_import(self, leads: LeadQuerySet, name: str, value: list[UUID]) -> LeadQuerySet:
        """Those that one of the imports brought or added to."""
        if not value:
            return leads
        rows = ImportRow.objects.filter(lead=OuterRef("pk"), lead_import__public_id__in=value)
        return leads.filter(Exists(rows))

    def by_referrer(self, leads: LeadQuerySet, name: str, value: list[UUID]) -> LeadQuerySet:
        """Those that one of these leads sent."""
        return leads.filter(referred_by__public_id__in=value) if value else leads

    def by_owner(self, leads: LeadQuerySet, name: str, value: str | User) -> LeadQuerySet:
        """Those of a person, or of nobody."""
        if value == NOBODY:
            return leads.filter(assigned_to=None)
        owner = value if isinstance(value, User) else self.user
        return leads.filter(assigned_to=owner) if owner else leads.none()

    def by_next_step(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        """Those whose next step is overdue, today's, planned or not set."""
        return leads.filter(next_steps.condition(NextStep(value), now=self.now))

    def by_first_day(self, leads: LeadQuerySet, name: str, value: date) -> LeadQuerySet:
        """Those created on that day or later."""
        return leads.filter(created_at__gte=midnight(value))

    def by_last_day(self, leads: LeadQuerySet, name: str, value: date) -> LeadQuerySet:
        """Those created on that day or before."""
        return leads.filter(created_at__lt=midnight(value + timedelta(days=1)))

    def by_inactivity(self, leads: LeadQuerySet, name: str, value: int) -> LeadQuerySet:
        """Those in their stage, and without two-way contact, for so many days (docs/rules.md, Inactive)."""
        return leads.filter(inactivity.condition(value, now=self.now))

    def by_opt_out(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        """Those that asked not to be written to, or those that did not."""
        return leads.filter(opted_out_at__isnull=value == "false")


def names(params: Iterable[str]) -> set[str]:
    """The names among parameters that are filters, those by own fields too."""
    known = LeadFilter.get_filters()
    return {name for name in params if name in known or name.startswith(PREFIX)}


def apply(params: QueryDict | Mapping[str, Any], *, user: User, now: datetime) -> LeadFilter:
    """The filter over what a person may see. `params` is like request.GET; other names are not its business."""
    return LeadFilter(params, Lead.objects.visible_to(user), user=user, now=now)


def _known_tags(wanted: list[UUID]) -> list[UUID]:
    if wanted and Tag.objects.filter(public_id__in=wanted).count() != len(set(wanted)):
        raise forms.ValidationError(_("Esa etiqueta no existe."))
    return wanted


def midnight(day: date) -> datetime:
    """When a day begins where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))
