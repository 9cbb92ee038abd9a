"""The base of every admin class: inside one brokerage, for the right people, with the audit log as the only history.

The site (accounts.admin_site) takes no class that does not descend from `Guarded`, so that no library's own admin page
opens a door. What a class may reach is the walls' business; who may use it, the `may_…` methods here.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import DateTimeField, Model, URLField
from django.forms import SplitDateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.admin_widgets import Moment, NamedFormSet

if TYPE_CHECKING:  # generic for the type checker only
    _ModelAdmin = admin.ModelAdmin[Any]
    _Inline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _Inline = admin.ModelAdmin, admin.TabularInline

_HISTORY = 200


class Permissions:
    """The four questions Django admin asks, answered from `may_enter` and three switches."""

    can_add = can_change = can_delete = True

    def may_enter(self, request: HttpRequest) -> bool:
        """Whether this person may see the class's pages at all."""
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the index lists it."""
        return self.may_enter(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows may be seen."""
        return self.may_enter(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows may be made."""
        return self.can_add and self.may_enter(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows may be changed."""
        return self.can_change and self.may_enter(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows may be deleted."""
        return self.can_delete and self.may_enter(request)


def runs_brokerage(request: HttpRequest) -> bool:
    """Whether a brokerage is open and this person may administer it: platform staff, or its own staff admins."""
    user: Any = request.user
    inside = getattr(request, "broker", None) is not None
    return inside and (user.is_platform or (user.is_staff and user.is_admin))


class WithinBrokerage(Permissions):
    """For rows of the open brokerage."""

    def may_enter(self, request: HttpRequest) -> bool:
        """Those who run the open brokerage."""
        return runs_brokerage(request)


class PlatformOnly(Permissions):
    """For what belongs to the whole installation."""

    def may_enter(self, request: HttpRequest) -> bool:
        """Platform staff."""
        user: Any = request.user
        return bool(user.is_platform)


class Guarded(Permissions, _ModelAdmin):
    """Base of all admin classes of the site."""

    formfield_overrides = {
        DateTimeField: {"form_class": SplitDateTimeField, "widget": Moment},
        URLField: {"assume_scheme": "https"},
    }

    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def log_addition(self, *args: Any) -> None:  # type: ignore[override] # noqa: ANN401 -- no LogEntry: it has no wall
        """Write nothing: the audit log is the history."""

    log_change = log_deletions = log_addition  # type: ignore[assignment]

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[Any]:  # noqa: ANN401 -- Django's signature
        """Nobody reads it, and it wants formsets that were saved Django's way."""
        return []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,  # noqa: ANN401 -- Django's signature
        **kwargs: Any,  # noqa: ANN401
    ) -> HttpResponse:
        """Say whether there is a history to link to."""
        context["has_history"] = hasattr(self.model, "history")
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:  # noqa: ANN401
        """The audit log of one row: who, when, which fields. 404 for models that are not tracked."""
        row = self.get_object(request, object_id)
        if row is None or not hasattr(row, "history") or not self.has_view_permission(request, row):
            raise Http404
        events = list(row.history.order_by("-pgh_id")[:_HISTORY])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Historia de %s") % row,
            "object": row,
            "opts": self.opts,
            "module_name": self.opts.verbose_name_plural,
            "entries": [_entry(event, earlier) for event, earlier in zip(events, [*events[1:], None], strict=True)],
        }
        return TemplateResponse(request, "admin/audit_history.html", context)


def _entry(event: Any, earlier: Any) -> dict[str, Any]:  # noqa: ANN401 -- pghistory's event models
    fields = [field for field in event._meta.fields if not field.name.startswith("pgh_")]  # noqa: SLF001
    changed = [
        (field.verbose_name, getattr(earlier, field.attname), getattr(event, field.attname))
        for field in fields
        if earlier is not None and getattr(earlier, field.attname) != getattr(event, field.attname)
    ]
    return {"at": event.pgh_created_at, "label": event.pgh_label, "who": event.pgh_context or {}, "changed": changed}


class TenantAdmin(WithinBrokerage, Guarded):
    """Rows of the open brokerage; the scoped manager and row security see to the rest. What is written has a doer."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Save, told in the audit log as this person's act."""
        with audit.by(_actor(request)):
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Delete, the same."""
        with audit.by(_actor(request)):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Delete many, the same."""
        with audit.by(_actor(request)):
            super().delete_queryset(request, queryset)


def _actor(request: HttpRequest) -> Actor:
    user: Any = request.user
    return Actor.of(user)


class AppendOnlyAdmin(TenantAdmin):
    """Rows that nobody edits."""

    can_add = can_change = can_delete = False


class TenantInline(WithinBrokerage, _Inline):
    """Rows beside the row they belong to."""

    extra = 0
    formset = NamedFormSet


class ReadOnlyInline(TenantInline):
    """The same, to look at."""

    can_add = can_change = can_delete = False


class PlatformAdmin(PlatformOnly, Guarded):
    """What belongs to the whole installation."""
