"""How allauth behaves here: nobody signs up by themselves, links are ours, mail leaves after the commit."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import User

_OBVIOUS = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class AccountAdapter(DefaultAccountAdapter):
    """People join by invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("El correo o la contraseña no son correctos."),
        "too_many_login_attempts": _("Demasiados intentos seguidos. Espera unos minutos y prueba otra vez."),
        "incorrect_password": _("La contraseña no es correcta."),
        "enter_current_password": _("Esa no es tu contraseña actual."),
        "incorrect_code": _("El código no es correcto."),
        "rate_limited": _("Demasiados intentos seguidos. Espera un minuto y prueba otra vez."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: see accounts.invitations."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only places inside this site: a path, or an address of this very host."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a password mail, always on PUBLIC_URL: a forged Host header must not choose where it leads."""
        found: str = super().get_reset_password_from_key_url(key)
        return settings.PUBLIC_URL + urlsplit(found).path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send once the request's transaction is over: a slow mail server must not hold it open."""
        facts = {"request": allauth_context.request, "email": email, "public_url": settings.PUBLIC_URL, **context}
        message = self.render_mail(template_prefix, email, facts)
        transaction.on_commit(message.send, robust=True)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,  # noqa: ANN401 -- allauth's signature
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Coming in and going out speak for themselves; everything else is told."""
        if message_template not in _OBVIOUS:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The board; for platform staff, who have none, the admin."""
        user = request.user
        return "/admin/" if isinstance(user, User) and user.is_platform else settings.LOGIN_REDIRECT_URL
