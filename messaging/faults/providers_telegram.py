"""Telegram has sentences instead of codes; messaging.channels.telegram gives each a word."""

from django.utils.translation import gettext_lazy as _

from messaging.faults.fault import Effect, Fault

_OTHER = _("Escríbele por otro canal.")
_INVITE = _("Envíale por otro canal el enlace de Telegram de su ficha: el chat empieza cuando lo abre.")

FAULTS: dict[str, Fault] = {
    "blocked": Fault(
        _("La persona bloqueó al bot: no quiere mensajes por Telegram."),
        _("No le escribas más por aquí. Si quiere volver, puede desbloquear el bot."),
        Effect.OPTED_OUT,
    ),
    "deactivated": Fault(_("La cuenta de Telegram de la persona ya no existe."), _OTHER, Effect.BAD_ADDRESS),
    "not_started": Fault(_("La persona todavía no ha abierto el chat con el bot."), _INVITE, Effect.OTHER_CHANNEL),
    "chat_not_found": Fault(_("Telegram no conoce ese chat."), _INVITE, Effect.BAD_ADDRESS),
    "chat_moved": Fault(_("El chat se convirtió en otro grupo."), _INVITE, Effect.BAD_ADDRESS),
    "kicked": Fault(_("El bot fue sacado de ese grupo."), _OTHER, Effect.BAD_ADDRESS),
    "no_rights": Fault(
        _("El bot no tiene permiso para escribir en ese chat."), _("Dale permiso en Telegram."), Effect.OTHER_CHANNEL
    ),
    "too_long": Fault(
        _("El mensaje es más largo de lo que Telegram acepta (4.096 caracteres)."),
        _("Acórtalo o divídelo en dos."),
        Effect.CHANGE_TEXT,
    ),
    "empty": Fault(_("El mensaje está vacío."), _("Escribe un texto."), Effect.CHANGE_TEXT),
    "bad_token": Fault(
        _("Telegram no reconoce la clave del bot."),
        _("Cópiala otra vez de @BotFather en la cuenta del canal."),
        Effect.PAUSE_ACCOUNT,
    ),
    "409": Fault(
        _("Otro programa está leyendo los mensajes de este bot."), _("Desconéctalo allá o crea otro bot."), Effect.WAIT
    ),
}
