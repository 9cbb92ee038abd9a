"""Mail servers: the finer code (RFC 3463) where there is one, else the reply's own (RFC 5321); and mail providers'."""

from django.utils.translation import gettext_lazy as _

from messaging.faults.fault import Effect, Fault

_CHECK = _("Revisa la dirección en la ficha del lead o pídele otra.")
_AGAIN = _("No hace falta hacer nada: se intenta otra vez solo.")
_KEYS = _("Escribe otra vez el usuario y la clave en la cuenta del canal.")
_TRUST = _("Revisa en tu dominio los registros SPF, DKIM y DMARC, y que el texto no parezca publicidad engañosa.")
_NOBODY = Fault(_("Esa dirección de correo no existe."), _CHECK, Effect.BAD_ADDRESS)
_FULL = Fault(_("El buzón del lead está lleno."), _("Escríbele por otro canal."), Effect.OTHER_CHANNEL)
_BLOCKED = Fault(_("El servidor del lead rechazó el correo por su política o como spam."), _TRUST, Effect.CHANGE_TEXT)
_LOGIN = Fault(_("El servidor de correo no aceptó el usuario o la clave."), _KEYS, Effect.PAUSE_ACCOUNT)
_SLOW = Fault(_("El servidor de correo pidió esperar un poco."), _AGAIN, Effect.WAIT)
_SENDER = Fault(
    _("El servidor no deja enviar con ese remitente."),
    _("Usa una dirección verificada como remitente de la cuenta."),
    Effect.PAUSE_ACCOUNT,
)
_ODD = Fault(
    _("El servidor de correo no entendió el envío."),
    _("Revisa el servidor y el puerto en la cuenta del canal."),
)
_HEAVY = Fault(_("El correo es más grande de lo que el servidor acepta."), _("Acórtalo."), Effect.CHANGE_TEXT)

FAULTS: dict[str, Fault] = {
    "421": _SLOW, "450": _SLOW, "451": _SLOW, "452": _SLOW, "454": _SLOW, "432": _SLOW,
    "4.2.2": _SLOW, "4.3.0": _SLOW, "4.3.2": _SLOW, "4.4.2": _SLOW, "4.7.0": _SLOW, "4.7.1": _SLOW,
    "500": _ODD, "501": _ODD, "502": _ODD, "503": _ODD, "504": _ODD, "555": _ODD,
    "521": Fault(_("Ese servidor no recibe correo."), _CHECK, Effect.BAD_ADDRESS),
    "530": _LOGIN, "534": _LOGIN, "535": _LOGIN, "538": _LOGIN, "5.7.8": _LOGIN, "5.7.9": _LOGIN, "5.7.0": _LOGIN,
    "550": Fault(_("El servidor del lead no aceptó el correo para esa dirección."), _CHECK, Effect.BAD_ADDRESS),
    "551": _NOBODY, "553": _NOBODY,
    "552": _FULL,
    "554": _BLOCKED,
    "5.1.0": _NOBODY, "5.1.1": _NOBODY, "5.1.2": _NOBODY, "5.1.3": _NOBODY, "5.1.6": _NOBODY, "5.1.10": _NOBODY,
    "5.2.1": Fault(_("El buzón del lead está desactivado."), _CHECK, Effect.BAD_ADDRESS),
    "5.2.2": _FULL,
    "5.2.3": _HEAVY, "5.3.4": _HEAVY,
    "5.4.1": _NOBODY, "5.4.4": _NOBODY,
    "5.1.7": _SENDER, "5.1.8": _SENDER, "5.7.60": _SENDER,
    "5.7.1": _BLOCKED, "5.7.26": _BLOCKED, "5.7.23": _BLOCKED, "5.6.0": _BLOCKED,
    "401": Fault(_("El proveedor de correo no aceptó la clave."), _KEYS, Effect.PAUSE_ACCOUNT),
    "403": Fault(_("El proveedor de correo no permite este envío con esa clave."), _KEYS, Effect.PAUSE_ACCOUNT),
    "404": Fault(
        _("El proveedor de correo no conoce ese dominio."),
        _("Revisa el dominio en la cuenta del canal."),
        Effect.PAUSE_ACCOUNT,
    ),
    "10": Fault(_("Postmark no aceptó la clave."), _KEYS, Effect.PAUSE_ACCOUNT),
    "300": Fault(_("Postmark no acepta la dirección o el texto."), _CHECK),
    "400": Fault(_("El proveedor no acepta el remitente, la dirección o el texto."), _CHECK),
    "405": Fault(_("Se acabaron los envíos de tu plan en Postmark."), _("Amplía tu plan."), Effect.PAUSE_ACCOUNT),
    "406": Fault(
        _("Postmark no envía a esta dirección: antes rebotó, se quejó o se dio de baja."),
        _("No le escribas más por correo."),
        Effect.BAD_ADDRESS,
    ),
    "412": Fault(
        _("Tu cuenta del proveedor está a prueba y solo envía a tu propio dominio."),
        _("Pide que la aprueben."),
        Effect.PAUSE_ACCOUNT,
    ),
    "recipient_refused": Fault(_("El proveedor de correo no envía a esa dirección."), _CHECK, Effect.BAD_ADDRESS),
    "not_composed": Fault(
        _("El proveedor de correo no acepta un mensaje así."),
        _("Escríbelo más simple: sin imágenes pegadas ni formatos raros."),
        Effect.CHANGE_TEXT,
    ),
    "bounced": _NOBODY,
    "complained": Fault(_("La persona marcó tu correo como spam."), _("No le escribas más."), Effect.OPTED_OUT),
    "unsubscribed": Fault(_("La persona se dio de baja."), _("No le escribas más."), Effect.OPTED_OUT),
}  # fmt: skip
