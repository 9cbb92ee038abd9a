"""One's own account: preferences, sessions, API tokens."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sessions, tokens
from accounts.enums import Scope
from accounts.forms import ProfileForm, TokenForm
from accounts.http import BrokerRequest
from accounts.models import ApiToken, User
from accounts.roles import members_only

_UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def profile(request: BrokerRequest) -> HttpResponse:
    """Name, language, theme and time zone."""
    person = User.objects.select_related("broker").get(
        pk=request.user.pk
    )  # a rejected form must not touch request.user
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        with translation.override(person.language):
            messages.success(request, _("Perfil guardado."))
        response = HttpResponseRedirect(reverse("accounts:profile"))
        # so that the login page speaks the same language
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=365 * 24 * 3600, samesite="Lax")
        return response
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@require_POST
def session_end(request: BrokerRequest, session_id: int) -> HttpResponse:
    """Close one of one's own sessions."""
    if not sessions.end_one(user=request.user, session_id=session_id):
        raise Http404
    messages.success(request, _("Sesión cerrada."))
    return redirect("usersessions_list")


@require_http_methods(["GET", "POST"])
@members_only
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # allauth ships no types
def token_list(request: BrokerRequest) -> HttpResponse:
    """One's API tokens; making one shows its secret this one time."""
    now = timezone.now()
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        scope = Scope(given["scope"])
        _made, secret = tokens.issue(
            user=request.user, name=given["name"], scope=scope, expires_at=form.expires_at(now)
        )
        form = TokenForm()
    living = ApiToken.objects.filter(user=request.user, revoked_at=None).order_by("-created_at")
    context = {"form": form, "tokens": living, "secret": secret, "now": now}
    return render(request, "accounts/tokens.html", context, status=_UNPROCESSABLE if form.errors else 200)


@require_POST
@members_only
def token_revoke(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Revoke one of one's own tokens."""
    token = get_object_or_404(ApiToken, user=request.user, public_id=public_id)
    tokens.revoke(token=token, by=request.user, now=timezone.now())
    messages.success(request, _("Llave revocada: ya no sirve."))
    return redirect("accounts:tokens")
