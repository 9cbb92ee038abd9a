"""Django admin inside one brokerage at a time.

Platform staff choose a brokerage (each choice leaves a row, accounts.visits) and see its name on every page; a
brokerage's own staff are fixed to theirs. accounts.middleware opens the chosen one, so the walls hold here too.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from accounts import visits
from core.admin_base import Guarded, WithinBrokerage

ADMIN_BROKER = "admin_broker_id"  # session key; accounts.middleware reads it

View = Callable[..., HttpResponseBase]


class BrokerageAdminSite(admin.AdminSite):
    """The admin site."""

    site_header = site_title = "Corredor"
    index_title = _("Administración")
    site_url = "/board/"

    def register(
        self,
        model_or_iterable: ModelBase | Iterable[ModelBase],
        admin_class: Any = None,  # noqa: ANN401 -- Django's signature
        **options: Any,  # noqa: ANN401
    ) -> None:
        """Take classes of ours only: libraries register their own models, which know nothing of brokerages."""
        if isinstance(admin_class, type) and issubclass(admin_class, Guarded):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Platform staff, and staff admins of a brokerage."""
        user: Any = request.user
        return bool(user.is_active and user.is_staff and (user.is_platform or user.is_admin))

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override] # noqa: FBT001, FBT002
        """Answer 403 to the signed-in who may not enter, and send platform staff without a brokerage to choose one."""
        guarded: View = super().admin_view(view, cacheable)
        needs_broker = isinstance(getattr(view, "__self__", None), WithinBrokerage)

        @wraps(guarded)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 -- any view's
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            if needs_broker and self.has_permission(request) and getattr(request, "broker", None) is None:
                return redirect(f"{reverse('admin:brokerage')}?{urlencode({'next': request.path})}")
            return guarded(request, *args, **kwargs)

        return inner

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ANN401 -- Django's signature
        """One login page for all."""
        back = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ANN401 -- stubs want a template
        """One way out."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ANN401 -- as above
        """One page for passwords."""
        return redirect("account_change_password")

    password_change_done = password_change

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The site's pages and the choice of a brokerage."""
        return [path("brokerage/", self.admin_view(self.choose), name="brokerage"), *super().get_urls()]

    def get_log_entries(self, request: HttpRequest) -> Any:  # noqa: ANN401 -- Django's signature
        """None: LogEntry has no wall between brokerages, so nothing is written there."""
        return ()

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page shows: the brokerage, and whether it can be changed."""
        user: Any = request.user
        return super().each_context(request) | {
            "admin_broker": getattr(request, "broker", None),
            "may_choose_broker": bool(getattr(user, "is_platform", False)),
        }

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Let platform staff choose the brokerage they work in, or leave it; a POST, and written down."""
        user: Any = request.user
        if not user.is_platform:
            raise PermissionDenied
        if request.method == "POST":
            chosen = visits.enter(user=user, public_id=request.POST.get("broker", ""), now=timezone.now())
            request.session[ADMIN_BROKER] = chosen.pk if chosen else None
            return redirect(self._after_choice(request) if chosen else reverse("admin:brokerage"))
        context = {
            **self.each_context(request),
            "title": _("Elegir corredora"),
            "brokers": visits.choices(search=request.GET.get("q", "")),
            "query": request.GET.get("q", ""),
            "next": self._after_choice(request),
        }
        return TemplateResponse(request, "admin/choose_brokerage.html", context)

    def _after_choice(self, request: HttpRequest) -> str:
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        inside = wanted.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts=None
        )
        return wanted if inside else reverse("admin:index")
