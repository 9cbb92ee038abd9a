"""Saved views: their menu, the dialog that keeps one, and what is done to one."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import saved_views
from crm.enums import ViewPage
from crm.forms.saved_views import ViewForm
from crm.models import SavedView

_UNPROCESSABLE = 422
ALL = "all=1"
"""The query of a page that shows everything, whatever it opens with."""


def address(page: str, query: str = "") -> str:
    """Where a view of a page is; `crm` knows the board by the name of its page only."""
    return reverse("pipeline:board" if page == ViewPage.BOARD else "crm:lead-list") + f"?{query or ALL}"


def opens_with(request: BrokerRequest, page: ViewPage) -> str:
    """Where a page asked for without a query goes: to the view the person opens it with; "" for here."""
    if request.GET or wants_fragment(request):
        return ""
    query = saved_views.opening_query(request.user, page)
    return address(page, query) if query else ""


def pushed(request: BrokerRequest, page: ViewPage, query: str) -> str:
    """The address of the filters in force. Where there are none, one that does not open the person's view again."""
    if query:
        return f"{request.path}?{query}"
    return f"{request.path}?{ALL}" if saved_views.opening_query(request.user, page) else request.path


@require_safe
def view_menu(request: BrokerRequest, page: str) -> HttpResponse:
    """The views of a page, and what can be done with the filters in force: `query`, else the asking page's."""
    views = saved_views.of(request.user, _page(page))
    here = urlsplit(request.htmx.current_url_abs_path or "").query
    query = saved_views.clean(request.GET.get("query", here))
    shown = [
        {
            "view": view,
            "url": address(page, view.query),
            "on": view.query == query,
            "own": saved_views.may_change(view, request.user),
        }
        for view in views
    ]
    context = {"page": page, "query": query, "views": shown, "all_url": address(page)}
    return render(request, "crm/views_menu.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def view_save(request: BrokerRequest, page: str) -> HttpResponse:
    """Keep the filters in force under a name."""
    where = _page(page)
    asked = ViewForm(
        request.POST or None, may_share=request.user.is_admin, initial={"query": request.GET.get("query", "")}
    )
    if request.method != "POST" or not asked.is_valid():
        return _dialog(request, asked, page)
    values = asked.cleaned_data
    try:
        view = _keep(request, where, values)
    except saved_views.TooMany:
        asked.add_error("name", _("Ya tienes %(most)d vistas aquí: borra alguna primero.") % {"most": saved_views.MOST})
        return _dialog(request, asked, page)
    if values["opens"]:
        saved_views.open_with(request.user, where, view)
    return _to(request, address(page, view.query))


@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Rename a view, share it, or let it keep the filters in force (`query`)."""
    view = _changeable(request, public_id)
    initial = {"name": view.name, "query": request.GET.get("query", view.query), "shared": view.is_shared}
    asked = ViewForm(
        request.POST or None,
        may_share=request.user.is_admin,
        initial=initial | {"opens": getattr(view, "is_default", False)},
    )
    if request.method != "POST" or not asked.is_valid():
        return _dialog(request, asked, view.page, view)
    values = asked.cleaned_data
    try:
        with transaction.atomic():
            saved_views.change(
                view,
                name=values["name"],
                query=saved_views.clean(values["query"]),
                shared=values.get("shared", view.is_shared),
                by=Actor.of(request.user),
                now=timezone.now(),
            )
    except IntegrityError:
        asked.add_error("name", _("Ya tienes una vista con ese nombre."))
        return _dialog(request, asked, view.page, view)
    saved_views.open_with(request.user, view.page, view if values["opens"] else None)
    return _to(request, address(view.page, view.query))


@require_POST
def view_open(request: BrokerRequest, page: str) -> HttpResponse:
    """Let the page open with a view (`view`: its id), or with everything."""
    where, wanted = _page(page), request.POST.get("view", request.GET.get("view", ""))
    view = _seen(request, wanted) if wanted else None
    if view is not None and view.page != where:
        raise Http404
    saved_views.open_with(request.user, where, view)
    return _to(request, address(page, view.query if view else ""))


@require_POST
def view_delete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Delete a view; the toast brings it back."""
    view = _changeable(request, public_id)
    saved_views.delete(view, by=Actor.of(request.user), now=timezone.now())
    if not wants_fragment(request):
        return redirect(address(view.page))
    response = HttpResponse(status=204)
    values = {"name": view.name, "query": view.query} | ({"shared": "on"} if view.is_shared else {})
    undo = reverse("crm:view-restore", args=[view.page]) + f"?{urlencode(values)}"
    toast(response, _("Borraste la vista «%(name)s».") % {"name": view.name}, undo_url=undo)
    return response


@require_POST
def view_restore(request: BrokerRequest, page: str) -> HttpResponse:
    """Make a deleted view anew, as its toast remembers it."""
    asked = ViewForm(request.POST or request.GET, may_share=request.user.is_admin)
    if not asked.is_valid():
        raise Http404
    values = asked.cleaned_data
    try:
        _keep(request, _page(page), values)
    except saved_views.TooMany as full:
        raise PermissionDenied from full
    response = HttpResponse(status=204)
    toast(response, _("La vista «%(name)s» está de vuelta.") % {"name": values["name"]})
    return response


def _keep(request: BrokerRequest, page: ViewPage, values: dict[str, Any]) -> SavedView:
    query, shared = saved_views.clean(values["query"]), values.get("shared", False)
    return saved_views.save(request.user, page, values["name"], query, shared=shared, now=timezone.now())


def _page(name: str) -> ViewPage:
    if name not in ViewPage.values:
        raise Http404
    return ViewPage(name)


def _seen(request: BrokerRequest, public_id: UUID | str) -> SavedView:
    try:
        view = saved_views.of(request.user).filter(public_id=UUID(str(public_id))).first()
    except ValueError as error:
        raise Http404 from error
    if view is None:
        raise Http404
    return view


def _changeable(request: BrokerRequest, public_id: UUID) -> SavedView:
    view = _seen(request, public_id)
    if not saved_views.may_change(view, request.user):
        raise PermissionDenied
    return view


def _dialog(request: BrokerRequest, asked: ViewForm, page: str, view: SavedView | None = None) -> HttpResponse:
    action = reverse("crm:view-edit", args=[view.public_id]) if view else reverse("crm:view-save", args=[page])
    context = {"form": asked, "action": action, "view": view}
    status = _UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "crm/view_dialog.html", context, status=status)


def _to(request: BrokerRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)
