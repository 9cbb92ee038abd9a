"""The team page: people, roles, invitations; and the brokerage's settings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import brokerages, invitations, team
from accounts.enums import Role
from accounts.forms import BrokerForm, InviteForm
from accounts.http import BrokerRequest
from accounts.models import Broker, Invitation, User
from accounts.roles import admin_only, members_only

_UNPROCESSABLE = 422


@require_safe
@members_only
def team_list(request: BrokerRequest) -> HttpResponse:
    """The colleagues; those who run the brokerage also see invitations and actions."""
    return _page(request, InviteForm())


@require_POST
@admin_only
def invite(request: BrokerRequest) -> HttpResponse:
    """Invite somebody; the link is mailed, and shown once for copying."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=_UNPROCESSABLE)
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        made, link = invitations.invite(
            broker=request.broker, email=email, role=role, by=request.user, now=timezone.now()
        )
    except invitations.AlreadyMember:
        form.add_error("email", _("Ya está en el equipo."))
        return _page(request, form, status=_UNPROCESSABLE)
    return _page(request, InviteForm(), link=link, invited=made)


@require_POST
@admin_only
def invitation_resend(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Send a new link; the old one stops working."""
    invitation = get_object_or_404(
        Invitation.objects.select_related("broker"), broker=request.broker, public_id=public_id
    )
    try:
        link = invitations.resend(invitation=invitation, by=request.user, now=timezone.now())
    except invitations.Unusable:
        messages.error(request, _("Esa invitación ya se aceptó o se retiró."))
        return redirect("accounts:team")
    return _page(request, InviteForm(), link=link, invited=invitation)


@require_POST
@admin_only
def invitation_revoke(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, broker=request.broker, public_id=public_id)
    invitations.revoke(invitation=invitation, by=request.user, now=timezone.now())
    messages.success(request, _("Invitación retirada: su enlace ya no sirve."))
    return redirect("accounts:team")


@require_POST
@admin_only
def member_change(request: BrokerRequest, public_id: UUID, action: str) -> HttpResponse:
    """Change a colleague's role (`admin`, `agent`), deactivate or reactivate them."""
    member = get_object_or_404(User, broker=request.broker, public_id=public_id)
    try:
        _act(member, action, by=request.user)
    except team.LastAdmin:
        messages.error(request, _("Es la única persona que administra: antes, dale ese rol a alguien más."))
    except team.Oneself:
        messages.error(request, _("Tu propio rol lo cambia otra persona que administre."))
    else:
        messages.success(request, _done(action) % {"name": member})
    return redirect("accounts:team")


@require_http_methods(["GET", "POST"])
@admin_only
def brokerage(request: BrokerRequest) -> HttpResponse:
    """The brokerage's name, country, currency, language, time zone and when a lead goes cold."""
    form = BrokerForm(request.POST or None, instance=Broker.objects.get(pk=request.broker.pk))
    if request.method == "POST" and form.is_valid():
        brokerages.save(form.instance, by=request.user, now=timezone.now())
        messages.success(request, _("Datos de la corredora guardados."))
        return redirect("accounts:brokerage")
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/brokerage.html", {"form": form}, status=status)


def _act(member: User, action: str, *, by: User) -> None:
    if action == "deactivate":
        team.deactivate(user=member, by=by, now=timezone.now())
    elif action == "reactivate":
        team.reactivate(user=member, by=by)
    else:
        team.change_role(user=member, role=Role(action), by=by)


def _done(action: str) -> str:
    return {
        "admin": _("%(name)s ahora administra la corredora."),
        "agent": _("%(name)s ahora es corredor."),
        "deactivate": _("%(name)s ya no puede entrar; se cerraron sus sesiones y sus llaves."),
        "reactivate": _("%(name)s puede entrar otra vez."),
    }[action]


def _page(request: BrokerRequest, form: InviteForm, *, status: int = 200, **extra: Any) -> HttpResponse:  # noqa: ANN401 -- template context
    context = {"form": form, "now": timezone.now(), **extra}
    context["members"] = User.objects.of(request.broker).order_by("-is_active", "name", "email")
    if request.user.is_admin:
        context["waiting"] = invitations.open_ones(request.broker).select_related("invited_by").order_by("-created_at")
    return render(request, "accounts/team.html", context, status=status)
