"""Forms of profile, team, tokens and the brokerage."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import time_zones
from accounts.enums import Role, Scope
from accounts.models import Broker, User

LIFETIMES = (("30", _("30 días")), ("90", _("90 días")), ("365", _("Un año")), ("", _("Sin vencimiento")))
_ROTTING = (1, 90)


if TYPE_CHECKING:  # generic for the type checker only
    _UserForm = forms.ModelForm[User]
    _BrokerForm = forms.ModelForm[Broker]
else:
    _UserForm = _BrokerForm = forms.ModelForm


class ProfileForm(_UserForm):
    """What a person sets for themselves."""

    time_zone = forms.ChoiceField(label=_("Zona horaria"), required=False)

    class Meta:
        model = User
        fields = ("name", "language", "theme", "time_zone")
        widgets = {"theme": forms.RadioSelect, "name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        broker = self.instance.broker
        own = _("La de la corredora (%(zone)s)") % {"zone": broker.time_zone} if broker else _("La del sistema")
        self.fields["name"].required = True
        _zones(self, ("", own))


class BrokerForm(_BrokerForm):
    """What an admin sets for their brokerage."""

    time_zone = forms.ChoiceField(label=_("Zona horaria"))
    rotting_days = forms.IntegerField(
        label=_("Días hasta que un lead se enfría"),
        min_value=_ROTTING[0],
        max_value=_ROTTING[1],
        help_text=_("Sin contacto por estos días, la tarjeta se marca en el tablero."),
    )

    class Meta:
        model = Broker
        fields = ("name", "country", "currency", "language", "time_zone", "rotting_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        _zones(self)


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("Correo"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Rol"), choices=Role.choices, initial=Role.AGENT)


class JoinForm(forms.Form):
    """What an invited person says of themselves; the address is the invitation's."""

    name = forms.CharField(label=_("Tu nombre"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Contraseña"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Doce caracteres o más; mejor una frase que una palabra."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules, which know the person's name and address."""
        cleaned = super().clean() or {}
        if "password" in cleaned:
            somebody = User(email=self.email, name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], somebody)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("Nombre"), max_length=80, help_text=_("Para reconocerla: el programa que la usará, por ejemplo.")
    )
    scope = forms.ChoiceField(label=_("Puede"), choices=Scope.choices, initial=Scope.READ)
    days = forms.ChoiceField(label=_("Vence en"), choices=LIFETIMES, initial="90", required=False)

    def expires_at(self, now: datetime) -> datetime | None:
        """When the token ends, of a valid form."""
        days = self.cleaned_data["days"]
        return now + timedelta(days=int(days)) if days else None


def _zones(form: "forms.ModelForm[Any]", *first: tuple[str, Any]) -> None:
    field = form.fields["time_zone"]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
    field.choices = [*first, *time_zones.grouped()]
    stored = form.instance.time_zone
    if stored and not any(stored == zone for _region, zones in time_zones.grouped() for zone, _city in zones):
        field.choices = [*field.choices, (stored, stored)]
    field.validators.append(lambda zone: time_zones.validate(zone) if zone else None)
