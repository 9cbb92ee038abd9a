"""People and brokerages in Django admin."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import brokerages, team, time_zones
from accounts.enums import Role
from accounts.models import Broker, User
from core.admin_base import Guarded, runs_brokerage

if TYPE_CHECKING:  # generic for the type checker only
    _Form = forms.ModelForm[Any]
else:
    _Form = forms.ModelForm


class ZonedForm(_Form):
    """A form with a time zone."""

    def clean_time_zone(self) -> str:
        """Refuse zones nobody knows."""
        zone: str = self.cleaned_data["time_zone"]
        if zone:
            time_zones.validate(zone)
        return zone


@admin.register(Broker)
class BrokerAdmin(Guarded):
    """Platform staff see all brokerages; a brokerage's staff see their own."""

    form = ZonedForm
    list_display = ("name", "country", "currency", "time_zone", "is_active", "created_at")
    list_filter = ("is_active", "country")
    search_fields = ("name", "slug")
    can_delete = False  # a brokerage is closed, not deleted
    fields = ("name", "slug", "country", "currency", "language", "time_zone", "rotting_days", "is_active", "created_at")
    prepopulated_fields = {"slug": ["name"]}

    def may_enter(self, request: HttpRequest) -> bool:
        """Platform staff always; a brokerage's staff for their own."""
        user: Any = request.user
        return user.is_platform or runs_brokerage(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Platform staff."""
        user: Any = request.user
        return bool(user.is_platform)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Broker]:
        """All for the platform, one's own for others."""
        found = super().get_queryset(request)
        user: Any = request.user
        return found if user.is_platform else found.filter(pk=user.broker_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ANN401
        """Only the platform closes a brokerage or renames its address."""
        user: Any = request.user
        return ("created_at",) if user.is_platform else ("created_at", "slug", "is_active")

    def save_model(self, request: HttpRequest, obj: Broker, form: Any, change: Any) -> None:  # noqa: ANN401
        """A change goes the way of the brokerage's own page."""
        by: Any = request.user
        if change:
            brokerages.save(obj, by=by, now=timezone.now())
        else:
            brokerages.found(obj, now=timezone.now())

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:  # noqa: ANN401
        """The slug of a new brokerage follows its name."""
        return {} if obj else {"slug": ["name"]}


@admin.register(User)
class UserAdmin(Guarded):
    """People of the open brokerage; platform staff outside one see everybody. People join by invitation."""

    form = ZonedForm
    list_display = ("email", "name", "broker", "role", "is_active", "is_staff", "last_login")
    list_filter = ("role", "is_active", "is_staff")
    list_select_related = ("broker",)
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = (
        "email",
        "name",
        "broker",
        "role",
        "is_active",
        "is_staff",
        "language",
        "time_zone",
        "theme",
        "last_login",
    )
    actions = ("deactivate", "reactivate", "make_admin", "make_agent")
    can_add = can_delete = False

    def may_enter(self, request: HttpRequest) -> bool:
        """Platform staff always; a brokerage's staff for their colleagues."""
        user: Any = request.user
        return user.is_platform or runs_brokerage(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The open brokerage's people; everybody for platform staff outside one."""
        broker = getattr(request, "broker", None)
        found = super().get_queryset(request)
        return found.filter(broker=broker) if broker else found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ANN401
        """Role and access change through actions, which know the last admin; the platform gives staff rights."""
        user: Any = request.user
        fixed = ("email", "broker", "role", "is_active", "last_login")
        return fixed if user.is_platform and obj and obj.is_admin else (*fixed, "is_staff")

    @admin.action(description=_("Desactivar: cierra sus sesiones y llaves"))
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them in no more."""
        by: Any = request.user
        self._each(request, queryset, lambda user: team.deactivate(user=user, by=by, now=timezone.now()))

    @admin.action(description=_("Volver a activar"))
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them in again."""
        by: Any = request.user
        self._each(request, queryset, lambda user: team.reactivate(user=user, by=by))

    @admin.action(description=_("Dar la administración de su corredora"))
    def make_admin(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Give the role admin."""
        by: Any = request.user
        self._each(request, queryset, lambda user: team.change_role(user=user, role=Role.ADMIN, by=by))

    @admin.action(description=_("Quitar la administración"))
    def make_agent(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Give the role agent."""
        by: Any = request.user
        self._each(request, queryset, lambda user: team.change_role(user=user, role=Role.AGENT, by=by))

    def _each(self, request: HttpRequest, users: QuerySet[User], act: Callable[[User], None]) -> None:
        for user in users:
            try:
                act(user)
            except team.LastAdmin:
                self.message_user(request, _t("%s es la única persona que administra.") % user, messages.ERROR)
            except team.NoBrokerage:
                self.message_user(request, _t("%s es de la plataforma: no tiene rol.") % user, messages.ERROR)
            except team.Oneself:
                self.message_user(request, _t("Tu propia cuenta la cambia otra persona."), messages.ERROR)
            else:
                self.message_user(request, _t("Listo: %s.") % user)
