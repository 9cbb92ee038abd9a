"""Leads in Django admin, written by `crm.leads`, so that the timeline knows."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import phones, tenancy
from core.actors import Actor
from core.admin_base import ReadOnlyInline, TenantAdmin, TenantInline
from crm import leads, next_steps, search
from crm.models import Lead, LeadPhone, LeadTag

if TYPE_CHECKING:  # generic for the type checker only
    _LeadForm = forms.ModelForm[Lead]
else:
    _LeadForm = forms.ModelForm

_DIGITS = 18  # of a key that fits its column


def _named(name: str, words: str | Promise) -> Callable[[Any, Lead], Any]:
    """A column as it stands, under words for people: its own name is English."""

    @admin.display(description=words)  # type: ignore[arg-type] # lazy words are words
    def show(_admin: Any, lead: Lead) -> Any:  # noqa: ANN401 -- a column's value
        return getattr(lead, name)

    return show


_FIXED = (
    "identifier",
    "phone_e164",
    "stage",
    "status",
    "score",
    "opted_out",
    "custom",
    "created_at",
    "changed",
    "its_version",
)
_EDITABLE = [field.name for field in Lead._meta.fields if field.name in leads.EDITABLE]  # noqa: SLF001 -- documented API


def _actor(request: HttpRequest) -> Actor:
    user: Any = request.user
    return Actor.of(user)


class LeadForm(_LeadForm):
    """The fields people change by hand, and the owner."""

    class Meta:
        model = Lead
        fields = [*_EDITABLE, "assigned_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        if "next_action_at" in self.fields:
            self.fields["next_action_at"].validators += next_steps.BETWEEN

    def clean(self) -> dict[str, Any]:
        """Refuse a phone another lead of the brokerage has, and half a budget."""
        cleaned = super().clean() or {}
        primary = phones.parse(cleaned.get("phone_raw", ""), cleaned.get("country", "CL")).primary
        same = Lead.objects.filter(phone_e164=primary.e164) if primary and primary.e164 else Lead.objects.none()
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("phone_raw", _("Otro lead ya tiene este teléfono."))
        if (cleaned.get("budget_amount") is None) != (not cleaned.get("budget_unit")):
            self.add_error("budget_unit", _("El presupuesto y su unidad van juntos."))
        return cleaned


class OwnerFilter(admin.SimpleListFilter):
    """By owner: people of the open brokerage only."""

    title = _("responsable")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 -- Django's signature
        """The choices."""
        people = User.objects.filter(broker=tenancy.current()).order_by("name", "email")
        return [("none", _t("Nadie")), *((str(user.pk), str(user)) for user in people)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        """The leads of the chosen one."""
        value = (self.value() or "")[:_DIGITS]
        if value == "none":
            return queryset.filter(assigned_to=None)
        return queryset.filter(assigned_to=int(value)) if value.isdecimal() else queryset


class PhoneInline(ReadOnlyInline):
    """The numbers a lead is found by: they follow from the phone as typed."""

    model = LeadPhone
    fields = ("number", "kind")


class TagInline(TenantInline):
    """The tags a lead wears."""

    model = LeadTag
    autocomplete_fields = ("tag",)
    can_change = False


@admin.register(Lead)
class LeadAdmin(TenantAdmin):
    """Leads. The stage is moved on the board, which knows the rules; people are erased on request, not here."""

    form = LeadForm
    list_display = ("name", "phone_raw", "stage", "status", "qualification", "assigned_to", "created_at")
    list_filter = ("stage", "status", "qualification", OwnerFilter, "country")
    list_select_related = ("assigned_to",)
    search_fields = ("name",)  # shows the box; get_search_results does the work
    search_help_text = _("Nombre, teléfono, correo, comuna o propiedad; con o sin tildes.")
    ordering = ("-created_at", "-id")
    inlines = (PhoneInline, TagInline)
    readonly_fields = _FIXED
    can_delete = False
    identifier = _named("public_id", _("identificador"))
    opted_out = _named("opted_out_at", _("pidió no recibir más"))
    changed = _named("updated_at", _("último cambio"))
    its_version = _named("version", _("versión"))
    fieldsets = (
        (None, {"fields": [*_EDITABLE[:3], "assigned_to", *_EDITABLE[3:]]}),
        (_("Lo que lleva el sistema"), {"fields": _FIXED}),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ANN401
        """The product's own search."""
        return search.matching(queryset, search_term), False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401
        """Owners are people of the open brokerage."""
        if db_field.related_model is User:
            kwargs["queryset"] = User.objects.filter(broker=tenancy.current(), is_active=True).order_by("name", "email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Lead, form: Any, change: Any) -> None:  # noqa: ANN401
        """Create, edit and assign through crm.leads."""
        by, now = _actor(request), timezone.now()
        given = form.cleaned_data
        if not change:
            fields = {name: given[name] for name in _EDITABLE}
            made = leads.create(leads.Draft(fields, assigned_to=given["assigned_to"]), by=by, now=now)
            obj.pk = obj.id = made.pk
            return
        changes = {name: given[name] for name in form.changed_data if name in leads.EDITABLE}
        leads.edit(obj, changes, by=by, now=now)
        if "assigned_to" in form.changed_data:
            leads.assign(Lead.objects.filter(pk=obj.pk), to=given["assigned_to"], by=by, now=now)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:  # noqa: ANN401
        """Tags change through crm.leads too; phones follow from the lead."""
        if formset.model is not LeadTag:
            return
        # From the rows themselves: of those that may not change, cleaned_data holds keys only.
        kept = [row for row in formset.forms if row.cleaned_data.get("tag") and not row.cleaned_data.get("DELETE")]
        names = [row.instance.tag.name for row in kept]
        leads.set_tags(Lead.objects.get(pk=form.instance.pk), names, by=_actor(request), now=timezone.now())
