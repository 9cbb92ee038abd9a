"""The form of a channel account: what each provider needs, in words. Secrets are written and never shown again."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import destinations, phones
from crm.enums import Channel
from messaging import accounts, channels
from messaging.accounts import Wanted
from messaging.channels.esps import ESPS
from messaging.channels.smtp import PORTS
from messaging.enums import CARRIES, Provider
from messaging.forms import rotation
from messaging.forms.secrets import KEPT, secret, text
from messaging.models import ChannelAccount

SECRETS = ("auth_token", "bot_token", "password", "api_key", "account_sid", rotation.PREVIOUS, rotation.KEY)
"""Never shown, not even to who wrote them."""
_TIED = {
    Provider.SMTP: (("host", "port", "security", "user"), "password"),
    Provider.ANYMAIL: (("esp",), "api_key"),
    Provider.TWILIO: (("account_sid",), "auth_token"),
}
"""Whoever changes where a secret goes must know it: it is asked again."""
_ROTATING = (rotation.PREVIOUS, rotation.FORGET, rotation.KEY_ID, rotation.KEY)
_SENDERS = {
    Provider.TWILIO: (_("Número de WhatsApp"), _("Con su país: +56 2 2345 6789. El que Twilio aprobó como remitente.")),
    Provider.SMTP: (_("Correo del remitente"), _("Desde esta dirección verán tus correos.")),
    Provider.ANYMAIL: (_("Correo del remitente"), _("Una dirección que tu proveedor ya verificó.")),
}


def _fields(provider: Provider) -> dict[str, forms.Field]:
    """The credentials of a provider, in the order of its channel's `fields`."""
    ways = [("starttls", "STARTTLS"), ("tls", "TLS")]
    if settings.WEBHOOKS_ANYWHERE:
        ways.append(("none", str(_("Sin cifrar (solo para pruebas)"))))
    known: dict[str, forms.Field] = {
        "account_sid": secret("Account SID", _("En la portada de la consola de Twilio."), r"^AC[0-9a-fA-F]{32}$"),
        "auth_token": secret("Auth Token", _("Debajo del Account SID.")),
        "bot_token": secret(
            _("Clave del bot"), _("La que te da @BotFather al crear el bot."), r"^[0-9]{1,20}:[A-Za-z0-9_-]{20,100}$"
        ),
        "host": text(_("Servidor"), "smtp.ejemplo.com"),
        "port": forms.IntegerField(label=_("Puerto"), initial=587, min_value=1, max_value=65535),
        "security": forms.ChoiceField(
            label=_("Seguridad"), choices=ways, help_text=_("587 va con STARTTLS; 465, con TLS.")
        ),
        "user": text(_("Usuario"), required=False),
        "password": secret(_("Clave"), _("Si tu proveedor lo permite, una clave solo para esto.")),
        "from_name": text(_("Nombre que ven"), _("El de tu corredora, por ejemplo."), required=False),
        "esp": forms.ChoiceField(label=_("Proveedor"), choices=[(name, esp.label) for name, esp in ESPS.items()]),
        "api_key": secret(_("Clave de API")),
        "domain": text(_("Dominio"), _("Solo para Mailgun: el dominio que verificaste ahí."), required=False),
    }
    return {name: known[name] for name in channels.of(provider).fields}


class AccountForm(forms.Form):
    """A new account, or an account that stands (`account`)."""

    name = forms.CharField(label=_("Nombre"), max_length=80, help_text=_("Para reconocerla en tu equipo."))
    speeds: ClassVar[tuple[str, str]] = ("per_second", "per_day")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        provider: Provider,
        country: str,
        account: ChannelAccount | None = None,
    ) -> None:
        self.provider, self.country, self.account = provider, country, account
        self.known: Mapping[str, str] = accounts.credentials_of(account) if account else {}
        super().__init__(data, initial=self._stands())
        if provider in _SENDERS:
            label, help_text = _SENDERS[provider]
            self.fields["address"] = forms.CharField(label=label, help_text=help_text, max_length=254)
        for name, each in _fields(provider).items():
            if name in SECRETS and self.known.get(name):
                each.required, each.help_text = False, KEPT
            if name == "password":
                each.required = False
            self.fields[name] = each
        if provider == Provider.TWILIO:
            self.fields |= rotation.fields(self.known)
        most = accounts.SPEEDS[provider][1]
        self.fields["per_second"] = forms.DecimalField(
            label=_("Mensajes por segundo"),
            max_digits=6,
            decimal_places=2,
            initial=accounts.SPEEDS[provider][0],
            validators=[MinValueValidator(0.01), MaxValueValidator(most)],
            help_text=_("A lo más %(most)s.") % {"most": most.normalize().to_eng_string()},
        )
        self.fields["per_day"] = forms.IntegerField(
            label=_("Mensajes por día"),
            required=False,
            min_value=1,
            max_value=1_000_000,
            help_text=_("Vacío: sin tope."),
        )

    @property
    def rotating(self) -> list[forms.BoundField]:
        """The fields one needs while a key is changed at the provider."""
        return [field for field in self if field.name in _ROTATING]

    @property
    def lasting(self) -> list[forms.BoundField]:
        """The others."""
        return [field for field in self if field.name not in _ROTATING]

    @property
    def is_rotating(self) -> bool:
        """Whether there is something to see among them."""
        return any(self.known.get(name) or name in self.errors for name in _ROTATING)

    def _stands(self) -> dict[str, Any]:
        if self.account is None:
            return {"name": Channel(channel_of(self.provider)).label}
        shown = {name: value for name, value in self.known.items() if name not in {*SECRETS, accounts.SECRET}}
        own = {name: getattr(self.account, name) for name in ("name", "address", *self.speeds)}
        return {**shown, **own}

    def clean_address(self) -> str:
        """The sender, as the provider knows it."""
        typed: str = self.cleaned_data["address"].strip()
        if self.provider != Provider.TWILIO:
            validate_email(typed)
            return typed.lower()
        number = phones.parse(typed, self.country).primary
        if number is None or not number.e164:
            raise forms.ValidationError(_("Escribe el número con su país: +56 2 2345 6789."))
        return number.e164

    def clean_host(self) -> str:
        """A mail server anybody could reach."""
        host: str = self.cleaned_data["host"].strip().lower()
        try:
            destinations.check_host(host)
        except destinations.Unsuitable as error:
            raise forms.ValidationError(_("Escribe el nombre público del servidor, sin https:// ni puerto.")) from error
        if not re.fullmatch(r"[a-z0-9.:_-]+", host):
            raise forms.ValidationError(_("Escribe el nombre público del servidor, sin https:// ni puerto."))
        return host

    def clean_port(self) -> int:
        """One that mail servers listen at."""
        port: int = self.cleaned_data["port"]
        if port not in PORTS and not settings.WEBHOOKS_ANYWHERE:
            raise forms.ValidationError(_("Usa 587, 465, 2525 o 25."))
        return port

    def clean(self) -> dict[str, Any]:
        """Whoever changes where a stored secret goes writes the secret again."""
        given: dict[str, Any] = super().clean() or {}
        tied, name = _TIED.get(self.provider, ((), ""))
        moved = [each for each in tied if each in given and str(given[each] or "") not in self._same(each)]
        if self.account and moved and self.known.get(name) and not given.get(name):
            self.add_error(name, _("Cambió a dónde se envía: escribe también la clave."))
        if given.get("esp") == "mailgun" and not given.get("domain"):
            self.add_error("domain", _("Mailgun lo necesita."))
        if self.provider == Provider.TWILIO and (lacking := rotation.fault(self.known, given)):
            self.add_error(*lacking)
        return given

    def _same(self, name: str) -> set[str]:
        """What leaves a value as it stands; an empty secret does too."""
        return {self.known.get(name, ""), *([""] if name in SECRETS else [])}

    def wanted(self) -> Wanted:
        """What a valid form says."""
        given = self.cleaned_data
        rotated = rotation.wanted(self.known, given) if self.provider == Provider.TWILIO else {}
        return Wanted(
            name=given["name"],
            address=given.get("address", self.account.address if self.account else ""),
            credentials={
                name: str(given[name] or "")
                for name in channels.of(self.provider).fields
                if given[name] or name not in SECRETS
            }
            | rotated,
            per_second=given["per_second"],
            per_day=given["per_day"],
        )


def channel_of(provider: Provider) -> str:
    """The one channel of a provider that is no simulation."""
    return next(iter(CARRIES[provider]))
