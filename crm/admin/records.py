"""Tags, and what is kept about leads, in Django admin."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.admin_base import AppendOnlyAdmin, TenantAdmin
from crm import tags
from crm.models import (
    CaptureForm,
    Consent,
    CustomField,
    FinancialProfile,
    ImportMapping,
    ImportRow,
    LeadImport,
    LeadTag,
    Tag,
    TimelineEntry,
)

if TYPE_CHECKING:  # generic for the type checker only
    _TagForm = forms.ModelForm[Tag]
else:
    _TagForm = forms.ModelForm


class TagForm(_TagForm):
    """A tag's name, unique whatever its case or accents."""

    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        """Refuse a name the brokerage has."""
        name: str = self.cleaned_data["name"].strip()
        if not tags.key_of(name):
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        if Tag.objects.filter(key=tags.key_of(name)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Ya hay una etiqueta con este nombre."))
        return name


@admin.register(Tag)
class TagAdmin(TenantAdmin):
    """The brokerage's tags."""

    form = TagForm
    list_display = ("name",)
    search_fields = ("name", "key")
    ordering = ("key",)

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: Any) -> None:  # noqa: ANN401
        """The key follows the name."""
        obj.key = tags.key_of(obj.name)
        obj.save()

    def get_deleted_objects(
        self,
        objs: Any,  # noqa: ANN401 -- Django's signature
        request: HttpRequest,
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Deleting a tag takes it off its leads, which is not asked leave for row by row."""
        worn = LeadTag.objects.filter(tag__in=list(objs)).count()
        return [str(tag) for tag in objs], {_t("leads que la llevan"): worn}, set(), []


@admin.register(CustomField)
class CustomFieldAdmin(TenantAdmin):
    """The brokerage's own fields; made under /settings/fields/, which gives them their key. Values rest on the kind."""

    list_display = ("label", "key", "kind", "required", "position", "archived_at")
    list_filter = ("kind",)
    search_fields = ("label", "key")
    fields = ("label", "key", "kind", "options", "required", "position", "archived_at")
    readonly_fields = ("key", "kind", "archived_at")
    can_add = can_delete = False

    def save_model(self, request: HttpRequest, obj: CustomField, form: Any, change: Any) -> None:  # noqa: ANN401
        """No options at all are an empty list."""
        obj.options = obj.options or []
        super().save_model(request, obj, form, change)


@admin.register(CaptureForm)
class CaptureFormAdmin(AppendOnlyAdmin):
    """Public forms and what came of them; they are made under /settings/forms/, which checks what they may say."""

    list_display = ("name", "is_active", "taken_in", "joined", "blocked", "last_at")
    list_filter = ("is_active",)
    list_select_related = ("owner",)
    search_fields = ("name", "title")


@admin.register(TimelineEntry)
class TimelineEntryAdmin(AppendOnlyAdmin):
    """What happened to leads."""

    list_display = ("at", "lead", "kind", "body", "by_label")
    list_filter = ("kind", "by_kind")
    list_select_related = ("lead",)
    search_fields = ("body", "lead__name")
    ordering = ("-at", "-id")


@admin.register(Consent)
class ConsentAdmin(AppendOnlyAdmin):
    """The ledger of consent."""

    list_display = ("at", "lead", "state", "purpose", "channel", "basis", "source", "by_label")
    list_filter = ("state", "purpose", "basis", "source")
    list_select_related = ("lead",)
    search_fields = ("lead__name", "wording")
    ordering = ("-at", "-id")


@admin.register(FinancialProfile)
class FinancialProfileAdmin(AppendOnlyAdmin):
    """That somebody declared their finances; what they declared stays sealed."""

    list_display = ("lead", "updated_at")
    list_select_related = ("lead",)
    search_fields = ("lead__name",)
    fields = ("lead", "updated_at")


@admin.register(LeadImport)
class LeadImportAdmin(AppendOnlyAdmin):
    """Imported files."""

    list_display = (
        "file_name",
        "state",
        "total_rows",
        "created_rows",
        "merged_rows",
        "rejected_rows",
        "by_label",
        "created_at",
    )
    list_filter = ("state",)
    search_fields = ("file_name",)
    ordering = ("-created_at", "-id")
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the file itself: megabytes nobody looks at here."""
        return super().get_queryset(request).defer("content")


@admin.register(ImportRow)
class ImportRowAdmin(AppendOnlyAdmin):
    """What became of each row of a file."""

    list_display = ("lead_import", "number", "outcome", "reason", "lead")
    list_filter = ("outcome",)
    list_select_related = ("lead_import", "lead")
    search_fields = ("lead_import__file_name", "reason")
    ordering = ("-lead_import_id", "number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the files themselves."""
        return super().get_queryset(request).defer("lead_import__content")


@admin.register(ImportMapping)
class ImportMappingAdmin(AppendOnlyAdmin):
    """How headers were read."""

    list_display = ("header_key", "updated_at")
