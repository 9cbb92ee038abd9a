"""A key changed at Twilio without losing what it posts meanwhile: signatures of the old one count until forgotten.

Twilio signs with the old Auth Token until the new one is promoted. So a new one that is written here makes the old one
`previous_auth_token`, good for signatures alone. A shared key signs instead of both, under the name Twilio gave it.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messaging.forms.secrets import KEPT, secret, text

PREVIOUS, FORGET, KEY_ID, KEY = "previous_auth_token", "forget_previous", "shared_key_id", "shared_key"


def fields(known: Mapping[str, str]) -> dict[str, forms.Field]:
    """The fields, by what the account has already."""
    made: dict[str, forms.Field] = {
        PREVIOUS: secret(
            _("Auth Token anterior"),
            KEPT
            if known.get(PREVIOUS)
            else _("Lo que llegue firmado con él sigue valiendo. Al cambiar el Auth Token se guarda aquí solo."),
        ),
        KEY_ID: text(_("Nombre de la clave compartida"), _("El que Twilio le dio a tu clave de firma de webhooks.")),
        KEY: secret(_("Clave compartida"), KEPT if known.get(KEY) else ""),
    }
    if known.get(PREVIOUS):
        made[FORGET] = forms.BooleanField(
            label=_("Olvidar el Auth Token anterior"), help_text=_("Cuando Twilio ya firma con el nuevo.")
        )
    for each in made.values():
        each.required = False
    return made


def fault(known: Mapping[str, str], given: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is missing, at which field: a shared key has a name, and a new name a new key."""
    if given.get(KEY) and not given.get(KEY_ID):
        return KEY_ID, gettext("Escribe también su nombre.")
    if given.get(KEY_ID) and not given.get(KEY) and given[KEY_ID] != known.get(KEY_ID):
        return KEY, gettext("Escribe también la clave.")
    return None


def wanted(known: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
    """The credentials a valid form asks for; what it leaves out stays, what is empty is taken away."""
    found = {KEY_ID: str(given.get(KEY_ID) or "")}
    if given.get(KEY) or not found[KEY_ID]:
        found[KEY] = str(given.get(KEY) or "")
    old, new = known.get("auth_token", ""), given.get("auth_token") or ""
    if given.get("account_sid") and given["account_sid"] != known.get("account_sid"):
        found[PREVIOUS] = str(given.get(PREVIOUS) or "")  # another account at Twilio: the old one's word counts no more
    elif given.get(PREVIOUS):
        found[PREVIOUS] = given[PREVIOUS]
    elif given.get(FORGET):
        found[PREVIOUS] = ""
    elif old and new and new != old:
        found[PREVIOUS] = old
    return found
