"""When one may write, in Django admin: the countries' rules, kept by the platform; a brokerage's own, to look at."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin_base import AppendOnlyAdmin, PlatformAdmin
from messaging.forms.limits import WEEKDAYS
from messaging.gate import rules
from messaging.models import ContactLimits, ContactPolicy, Suppression

if TYPE_CHECKING:  # generic for the type checker only
    _PolicyForm = forms.ModelForm[ContactPolicy]
else:
    _PolicyForm = forms.ModelForm


class ContactPolicyForm(_PolicyForm):
    """A rule, with its days as boxes."""

    days = forms.TypedMultipleChoiceField(
        label=_("días"), coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ContactPolicy
        fields = "__all__"  # the form of the whole row

    def clean(self) -> dict[str, Any]:
        """A cap has a number and a span; it ends after it began."""
        given = super().clean() or {}
        if (given.get("cap_count") is None) != (given.get("cap_days") is None):
            self.add_error("cap_days", _("Escribe ambos: cuántos contactos y en cuántos días."))
        starts, ends = given.get("effective_from"), given.get("effective_to")
        if starts and ends and ends < starts:
            self.add_error("effective_to", _("Tiene que ser después de que empieza a regir."))
        return given


@admin.register(ContactPolicy)
class ContactPolicyAdmin(PlatformAdmin):
    """What each country says. A change holds at once here and within a minute everywhere."""

    form = ContactPolicyForm
    list_display = ("country", "purpose", "channel", "opens", "closes", "consent", "effective_from", "effective_to")
    list_filter = ("country", "purpose", "channel", "consent")
    search_fields = ("source", "registry")
    ordering = ("country", "purpose", "channel", "effective_from")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Save, and read the rules anew."""
        super().save_model(request, obj, form, change)
        rules.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Delete, and read the rules anew."""
        super().delete_model(request, obj)
        rules.forget()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Delete many, the same."""
        super().delete_queryset(request, queryset)
        rules.forget()


@admin.register(ContactLimits)
class ContactLimitsAdmin(AppendOnlyAdmin):
    """A brokerage's own hours and numbers; its page checks them."""

    list_display = ("opens", "closes", "per_day", "per_week", "daily_budget", "stopped_at", "updated_at")
    exclude = ("by_user",)


@admin.register(Suppression)
class SuppressionAdmin(AppendOnlyAdmin):
    """Addresses nobody writes to."""

    list_display = ("value", "kind", "source", "registry", "created_at", "expires_at", "by_label")
    list_filter = ("source", "kind")
    search_fields = ("value", "registry", "note")
    ordering = ("-created_at", "-id")
