"""Templates in Django admin: their kind may be changed, their texts are read; they are written on their own page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.admin_base import ReadOnlyInline, TenantAdmin
from templates_app import library
from templates_app.checking import Text
from templates_app.models import Template, TemplateVersion


class TemplateAdminForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker only
    """The kind of a template; its name is its own among those in use."""

    class Meta:
        model = Template
        fields = ("name", "purpose", "agent_type")

    def clean_name(self) -> str:
        """Refuse a name another template in use has."""
        name = " ".join(self.cleaned_data["name"].split())
        it = self.instance
        others = library.in_use(channel=it.channel, language=it.language).exclude(pk=it.pk)
        if it.archived_at is None and others.filter(name=name).exists():
            raise forms.ValidationError(_("Ya hay una plantilla con ese nombre en este canal e idioma."))
        return name


class VersionInline(ReadOnlyInline):
    """What it said, to read."""

    model = TemplateVersion
    ordering = ("-number",)
    fields = ("number", "subject", "body", "content_sid", "approval", "by_label", "created_at")
    readonly_fields = fields


@admin.register(Template)
class TemplateAdmin(TenantAdmin):
    """The brokerage's templates; made, written and archived under /settings/templates/, which checks their texts."""

    form = TemplateAdminForm
    inlines = (VersionInline,)
    list_display = ("name", "channel", "purpose", "agent_type", "language", "version", "archived_at")
    list_filter = ("channel", "purpose", "agent_type", "language")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = (*TemplateAdminForm.Meta.fields, "channel", "language", "version", "archived_at", "created_at")
    readonly_fields = ("channel", "language", "version", "archived_at", "created_at")
    can_add = can_delete = False

    def save_model(self, request: HttpRequest, obj: Template, form: Any, change: Any) -> None:  # noqa: ANN401
        """Through the same function as everywhere."""
        user: Any = request.user
        changes = {name: form.cleaned_data[name] for name in TemplateAdminForm.Meta.fields}
        text = Text.of(library.current(obj))
        library.revise(obj, text, by=Actor.of(user), now=timezone.now(), changes=changes)
