"""The page an invitation's link opens; for people without an account."""

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.enums import Language
from accounts.forms import JoinForm
from accounts.models import Invitation

_GONE, _UNPROCESSABLE = 410, 422


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who invites, ask name and password, sign in. A dead link answers 410, whatever killed it."""
    try:
        found = invitations.find(secret, now=timezone.now())
    except invitations.Unusable:
        return render(request, "accounts/invitation_gone.html", status=_GONE)
    if request.user.is_authenticated:
        return render(request, "accounts/invitation_signed_in.html", {"invitation": found})
    form = JoinForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        return _join(request, secret, found, form)
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/invitation.html", {"invitation": found, "form": form}, status=status)


def _join(request: HttpRequest, secret: str, found: Invitation, form: JoinForm) -> HttpResponse:
    given = form.cleaned_data
    language = Language(get_language() or found.broker.language)
    try:
        user = invitations.accept(
            secret=secret, name=given["name"], password=given["password"], language=language, now=timezone.now()
        )
    except invitations.Unusable:
        return render(request, "accounts/invitation_gone.html", status=_GONE)
    except invitations.Taken:
        form.add_error(None, _("Este correo ya tiene una cuenta en Corredor. Pide una invitación para otro correo."))
        return render(request, "accounts/invitation.html", {"invitation": found, "form": form}, status=_UNPROCESSABLE)
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response
