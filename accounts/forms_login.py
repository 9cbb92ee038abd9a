"""allauth's forms in our words."""

from typing import Any

from allauth.account import forms
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.LoginForm):
    """E-mail, password, and whether to stay signed in on this computer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- allauth's signature
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("Correo"), "")
        _say(self.fields["password"], _("Contraseña"), "")
        self.fields["login"].widget.attrs |= {"autofocus": True, "inputmode": "email", "autocomplete": "username"}
        self.fields["remember"].label = _("Mantener la sesión iniciada")


class ResetPasswordForm(forms.ResetPasswordForm):
    """The address a link is sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], _("Correo"), "")
        self.fields["email"].widget.attrs["autofocus"] = True


class NewPasswordForm(forms.ResetPasswordKeyForm):
    """A new password after a reset."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        _new_password(self)


class ReauthenticateForm(forms.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], _("Contraseña"), "")
        self.fields["password"].widget.attrs["autofocus"] = True


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A passkey's name, and whether it does without the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("Nombre"), _("Para reconocerla: el teléfono o el equipo donde vive."))
        _say(self.fields["passwordless"], _("Entrar solo con ella, sin contraseña"), _("Pide huella, cara o un PIN."))
        self.fields["passwordless"].initial = True


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    """A passkey's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("Nombre"), "")


class ChangePasswordForm(forms.ChangePasswordForm):
    """A new password for somebody who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Contraseña actual"), "")
        _new_password(self)


def _new_password(form: Any) -> None:  # noqa: ANN401 -- allauth's forms have no common base
    _say(form.fields["password1"], _("Contraseña nueva"), _("Doce caracteres o más; mejor una frase que una palabra."))
    _say(form.fields["password2"], _("La misma, otra vez"), "")


def _say(field: Any, label: Any, help_text: Any) -> None:  # noqa: ANN401 -- a field and two lazy texts
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
