"""The bell: what a person is told, and what they have seen of it."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.http import BrokerRequest
from core import keyset
from core.htmx import wants_fragment
from core.keyset import Order
from crm import notices
from crm.models import Notification

NEWEST = Order("newest", "at", descending=True, timed=True)
_PAGE, _COUNTED = 30, 99


@require_safe
@never_cache
def bell(request: BrokerRequest) -> HttpResponse:
    """The bell with how much is unread, counted up to a hundred."""
    unread = Notification.objects.of(request.user).filter(read_at=None)[: _COUNTED + 1].count()
    return render(request, "crm/bell.html", {"unread": unread, "most": _COUNTED})


@require_safe
def notice_list(request: BrokerRequest) -> HttpResponse:
    """The newest notices: a panel at the side, or a page of their own."""
    found = Notification.objects.of(request.user).select_related("lead")
    try:
        page = keyset.page(found, NEWEST, cursor=request.GET.get("cursor", ""), size=_PAGE)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    context = {"notices": page.rows, "next": page.next, "now": timezone.now()}
    if "cursor" in request.GET and wants_fragment(request):
        return render(request, "crm/notice_rows.html", context)
    return render(request, "crm/notice_panel.html" if wants_fragment(request) else "crm/notice_page.html", context)


@require_POST
def notice_open(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take one as read and go where it points."""
    notice = Notification.objects.of(request.user).select_related("lead").filter(public_id=public_id).first()
    if notice is None:
        raise Http404
    notices.mark_read(request.user, public_id=public_id, now=timezone.now())
    url = reverse("crm:lead", args=[notice.lead.public_id]) if notice.lead else reverse("crm:task-list")
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


@require_POST
def read_all(request: BrokerRequest) -> HttpResponse:
    """Take all as read."""
    notices.mark_read(request.user, now=timezone.now())
    if not wants_fragment(request):
        return redirect("crm:notice-list")
    response = notice_list_after(request)
    return trigger_client_event(response, "notices:changed")


def notice_list_after(request: BrokerRequest) -> HttpResponse:
    """The panel's rows as they are now."""
    page = keyset.page(Notification.objects.of(request.user).select_related("lead"), NEWEST, size=_PAGE)
    context = {"notices": page.rows, "next": page.next, "now": timezone.now()}
    return render(request, "crm/notice_rows.html", context)
