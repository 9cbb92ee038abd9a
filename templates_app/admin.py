"""Templates in Django admin: made, written, put away and brought back as everywhere else; what was said stays."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.admin_base import ReadOnlyInline, TenantAdmin
from core.admin_filters import ArchivedFilter
from crm.enums import ConsentPurpose
from templates_app import library
from templates_app.checking import Text, check
from templates_app.enums import Category, TemplateChannel
from templates_app.library import Kind, Taken
from templates_app.models import Template, TemplateVersion
from templates_app.parsing import LARGEST
from templates_app.shaping import SUBJECT

if TYPE_CHECKING:  # generic for the type checker only
    _TemplateForm = forms.ModelForm[Template]
else:
    _TemplateForm = forms.ModelForm

_KIND = ("name", "purpose", "agent_type")
_TEXT = ("subject", "body", "html", "content_sid", "category")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "class": "vLargeTextField"})


class TemplateAdminForm(_TemplateForm):
    """A template and what it says; `templates_app.checking` says what is wrong."""

    subject = forms.CharField(label=_("Asunto"), max_length=SUBJECT, required=False)
    body = forms.CharField(label=_("Texto"), max_length=LARGEST, strip=False, widget=_area(8))
    html = forms.CharField(label=_("HTML"), max_length=LARGEST, required=False, strip=False, widget=_area(8))
    content_sid = forms.CharField(label=_("Content SID"), max_length=40, required=False)
    category = forms.ChoiceField(
        label=_("Categoría de Meta"), choices=[("", _("Ninguna")), *Category.choices], required=False
    )

    class Meta:
        model = Template
        fields = (*_KIND, "channel", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        stored = kwargs.get("instance")
        self.stands = Text.of(library.current(stored)) if stored is not None else None
        if self.stands is not None:
            said = {name: getattr(self.stands, name) for name in _TEXT}
            kwargs["initial"] = {**said, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def text(self) -> Text:
        """What is written; what stands where a lead has no value is kept."""
        fallbacks = self.stands.fallbacks if self.stands else {}
        return Text(**{name: self.cleaned_data.get(name, "") for name in _TEXT}, fallbacks=fallbacks)

    def kind(self) -> Kind:
        """What a new one is for."""
        given = self.cleaned_data
        return Kind(
            name=given["name"],
            channel=TemplateChannel(given["channel"]),
            purpose=ConsentPurpose(given["purpose"]),
            agent_type=given["agent_type"],
            language=given["language"],
        )

    def clean(self) -> dict[str, Any]:
        """A name of its own among those in use, and a text that may be one; said where it was typed."""
        given = super().clean() or self.cleaned_data
        it = self.instance
        channel = it.channel if it.pk else given.get("channel", "")
        language = it.language if it.pk else given.get("language", "")
        if not channel or self.errors:
            return given
        name = " ".join(given["name"].split())
        others = library.in_use(channel=channel, language=language).exclude(pk=it.pk)
        if it.archived_at is None and others.filter(name=name).exists():
            self.add_error("name", _("Ya hay una plantilla con ese nombre en este canal e idioma."))
        told = self.text().tidied(channel)
        if self.stands is None or told != self.stands.tidied(channel):
            self._check(told, channel)
        return given

    def _check(self, told: Text, channel: str) -> None:
        try:
            check(told, channel=channel, known=library.known_variables())
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else "body", list(texts))


class VersionInline(ReadOnlyInline):
    """What it said, to read."""

    model = TemplateVersion
    ordering = ("-number",)
    fields = ("number", "subject", "body", "content_sid", "approval", "who", "created_at")
    readonly_fields = fields

    @admin.display(description=_("Quién"))
    def who(self, version: TemplateVersion) -> str:
        """Who wrote it."""
        return version.by_label


@admin.register(Template)
class TemplateAdmin(TenantAdmin):
    """The brokerage's templates; its own pages show what a lead would read."""

    form = TemplateAdminForm
    inlines = (VersionInline,)
    list_display = ("name", "channel", "purpose", "agent_type", "language", "version", "archived_at")
    list_filter = ("channel", "purpose", "agent_type", "language", ArchivedFilter)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = (*_KIND, "channel", "language", *_TEXT, "version", "archived_at", "created_at")
    readonly_fields = ("version", "archived_at", "created_at")
    actions = ("archive", "restore", "duplicate")
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Template | None = None) -> tuple[str, ...]:
        """Channel and language are settled once: versions rest on them."""
        return self.readonly_fields if obj is None else (*self.readonly_fields, "channel", "language")

    def save_model(self, request: HttpRequest, obj: Template, form: Any, change: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Through `templates_app.library`: another text is another version."""
        user: Any = request.user
        by, now = Actor.of(user), timezone.now()
        if change:
            changes = {name: form.cleaned_data[name] for name in _KIND}
            library.revise(obj, form.text(), by=by, now=now, changes=changes)
            return
        made = library.create(form.kind(), form.text(), by=by, now=now)
        obj.pk = obj.id = made.pk

    @admin.action(description=_("Archivar"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Template]) -> None:
        """Nothing new is sent with them."""
        user: Any = request.user
        for template in queryset.order_by("pk"):
            library.archive(template, by=Actor.of(user), now=timezone.now())

    @admin.action(description=_("Recuperar"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Template]) -> None:
        """Bring them back, but for those whose name was given away."""
        user: Any = request.user
        for template in queryset.order_by("pk"):
            try:
                library.restore(template, by=Actor.of(user), now=timezone.now())
            except Taken:
                text = _t("«%(name)s»: otra plantilla usa ese nombre.") % {"name": template}
                self.message_user(request, text, messages.ERROR)

    @admin.action(description=_("Duplicar"), permissions=["add"])
    def duplicate(self, request: HttpRequest, queryset: QuerySet[Template]) -> None:
        """Copies to change."""
        user: Any = request.user
        for template in queryset.order_by("pk"):
            library.duplicate(template, by=Actor.of(user), now=timezone.now())
