"""The pages of channel accounts, for those who run the brokerage."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import step_up
from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from messaging import accounts, connecting
from messaging.account_forms import AccountForm, channel_of
from messaging.enums import Health, Provider
from messaging.forms import rotation
from messaging.models import ChannelAccount, ChannelMeter

P = ParamSpec("P")
View = Callable[Concatenate[BrokerRequest, P], HttpResponse]
_UNPROCESSABLE = 422
_TRYING = timedelta(seconds=60)
"""How long a page waits for the job that asks the provider."""
REAL = [provider for provider in Provider if provider is not Provider.SANDBOX]


def _confirmed(view: View[P]) -> View[P]:
    """Let in who confirmed who they are lately. What others typed is not kept for later: there are keys among it."""

    @wraps(view)
    def checked(request: BrokerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if step_up.is_confirmed(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.info(request, _("Pasó un buen rato: confirma que eres tú y escribe las claves otra vez."))
        return step_up.confirm(request, back=request.path)

    return checked


@require_safe
@admin_only
def account_list(request: BrokerRequest) -> HttpResponse:
    """The accounts, by channel."""
    found = list(ChannelAccount.objects.order_by("channel", "-is_default", "name", "pk"))
    rows = [(account, is_trying(account)) for account in found]
    return render(request, "channels/list.html", {"rows": rows})


@require_safe
@admin_only
def account_choose(request: BrokerRequest) -> HttpResponse:
    """Which provider a new account is of."""
    ways = [(provider, channel_of(provider)) for provider in REAL]
    return render(request, "channels/choose.html", {"ways": ways})


@require_http_methods(["GET", "POST"])
@admin_only
@_confirmed
def account_new(request: BrokerRequest, provider: str) -> HttpResponse:
    """Connect an account."""
    if provider not in REAL:
        raise Http404
    kind = Provider(provider)
    form = AccountForm(request.POST or None, provider=kind, country=request.broker.country)
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.create(channel_of(kind), kind, form.wanted(), by=Actor.of(request.user), now=timezone.now())
        except (accounts.TooMany, accounts.Taken) as error:
            _tell(form, error)
        else:
            messages.success(request, _("Cuenta guardada: la estamos probando."))
            return redirect("channels:account", made.public_id)
    return _form(request, form)


@require_http_methods(["GET", "POST"])
@admin_only
@_confirmed
def account_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Another name, sender, speed, or other credentials."""
    account = _one(public_id)
    if account.provider == Provider.SANDBOX:
        raise Http404
    form = AccountForm(
        request.POST or None, provider=Provider(account.provider), country=request.broker.country, account=account
    )
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change(account, form.wanted(), by=Actor.of(request.user), now=timezone.now())
        except accounts.Taken as error:
            _tell(form, error)
        else:
            messages.success(request, _("Cambios guardados: la estamos probando."))
            return redirect("channels:account", public_id)
    return _form(request, form)


@require_safe
@admin_only
def account(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """One account: how it is, and what its provider has to know."""
    if "hook" in request.GET and not step_up.is_confirmed(request):
        return step_up.confirm(request, back=request.path)
    return render(request, "channels/account.html", _context(request, _one(public_id)))


@require_safe
@admin_only
def account_state(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """How it is, as a part of the page, while the provider is being asked."""
    return render(request, "channels/health.html", _context(request, _one(public_id)))


@require_POST
@admin_only
def account_test(_request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Ask the provider again."""
    accounts.ask_test(_one(public_id), now=timezone.now())
    return redirect("channels:account", public_id)


@require_POST
@admin_only
def account_pause(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Send nothing for now."""
    because = " ".join(request.POST.get("because", "").replace("\x00", "").split())[:200]
    accounts.pause(
        _one(public_id), because=because or _("La pausó una persona"), by=Actor.of(request.user), now=timezone.now()
    )
    messages.success(request, _("En pausa: lo que está en cola espera."))
    return redirect("channels:account", public_id)


@require_POST
@admin_only
def account_resume(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Send again."""
    accounts.resume(_one(public_id), by=Actor.of(request.user))
    messages.success(request, _("Enviando otra vez: primero sale lo que esperaba."))
    return redirect("channels:account", public_id)


@require_POST
@admin_only
def account_prefer(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Send through it where nobody chose another."""
    accounts.prefer(_one(public_id), by=Actor.of(request.user))
    messages.success(request, _("Desde ahora se envía con esta cuenta."))
    return redirect("channels:account", public_id)


@require_POST
@admin_only
def account_switch(request: BrokerRequest, public_id: UUID, on: bool) -> HttpResponse:  # noqa: FBT001 -- from the route
    """Use it, or not at all."""
    accounts.switch(_one(public_id), on=on, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("Encendida.") if on else _("Apagada: por aquí no sale ni entra nada."))
    return redirect("channels:account", public_id)


def is_trying(one: ChannelAccount) -> bool:
    """Whether the provider is being asked right now."""
    since = one.checked_at
    return one.health == Health.UNTESTED and since is not None and since > timezone.now() - _TRYING


def _one(public_id: UUID) -> ChannelAccount:
    return get_object_or_404(ChannelAccount, public_id=public_id)


def _form(request: BrokerRequest, form: AccountForm) -> HttpResponse:
    context = {"form": form, "account": form.account, "provider": form.provider}
    return render(request, "channels/form.html", context, status=_UNPROCESSABLE if form.errors else 200)


def _tell(form: AccountForm, error: Exception) -> None:
    if isinstance(error, accounts.TooMany):
        form.add_error(None, _("Ya tienes %(most)s cuentas.") % {"most": accounts.MOST})
    else:
        form.add_error("address" if "address" in form.fields else None, _("Ya está conectado en otra cuenta."))


def _context(request: BrokerRequest, one: ChannelAccount) -> dict[str, Any]:
    meter = ChannelMeter.objects.filter(account=one).first()
    waits = meter.closed_until if meter and meter.closed_until and meter.closed_until > timezone.now() else None
    hides = one.provider == Provider.ANYMAIL and not step_up.is_confirmed(request)  # its address carries a password
    known = accounts.credentials_of(one)
    return {
        "account": one,
        "trying": is_trying(one),
        "fault": connecting.said_of(one),
        "waits": waits,
        "today": meter.begun_today if meter and meter.day == timezone.localdate() else 0,
        "hook": "" if hides else connecting.hook_of(one, known),
        "rotating": bool(known.get(rotation.PREVIOUS)),
        "hides": hides,
    }
