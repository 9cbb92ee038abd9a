"""One code in words."""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class Effect(Enum):
    """What a code means for us, besides that the message failed."""

    NONE = "none"
    BAD_ADDRESS = "bad_address"  # nobody is there: do not write there again
    OPTED_OUT = "opted_out"  # the person wants no more
    PAUSE_ACCOUNT = "pause_account"  # nothing of this account can leave until somebody looks
    USE_TEMPLATE = "use_template"  # the 24 hours are over: an approved template may go
    WAIT = "wait"  # it may work later
    NEXT_DAY = "next_day"  # not before 24 hours
    OTHER_CHANNEL = "other_channel"  # this channel does not reach the person
    CHANGE_TEXT = "change_text"  # the text itself was refused


@dataclass(frozen=True, slots=True)
class Fault:
    """What happened, what to do, what it means."""

    sentence: str | Promise
    advice: str | Promise
    effect: Effect = Effect.NONE


def unheard(code: str) -> Fault:
    """A code nobody has explained to us."""
    sentence: str | Promise = _("El proveedor no aceptó el mensaje y no dijo por qué.")
    if code:
        sentence = format_lazy(_("El proveedor no aceptó el mensaje (código {code})."), code=code)
    return Fault(sentence, _("Inténtalo otra vez más tarde. Si se repite, pregunta al proveedor por ese código."))
