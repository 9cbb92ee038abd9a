"""Codes of our own: what went wrong before or around an answer, whoever the provider is (channels.answers)."""

from django.utils.translation import gettext_lazy as _

from messaging.faults.fault import Effect, Fault

_NOTHING = _("No hace falta hacer nada: se intenta otra vez solo.")
_UNCERTAIN = _("Se le pregunta al proveedor. Si no se aclara, el mensaje aparece en «Sin confirmar» y tú decides.")
_ADDRESS = _("Revisa el nombre del servidor en la cuenta del canal.")

FAULTS: dict[str, Fault] = {
    "refused": Fault(_("El servidor del proveedor no aceptó la conexión; el mensaje no salió."), _NOTHING, Effect.WAIT),
    "dns": Fault(_("No se encontró el servidor del proveedor; el mensaje no salió."), _ADDRESS, Effect.WAIT),
    "tls": Fault(
        _("El servidor del proveedor no ofreció una conexión segura válida; el mensaje no salió."),
        _("Revisa el servidor, el puerto y la seguridad en la cuenta del canal."),
        Effect.WAIT,
    ),
    "connect_timeout": Fault(
        _("El servidor del proveedor no contestó a tiempo; el mensaje no salió."), _NOTHING, Effect.WAIT
    ),
    "forbidden": Fault(_("El servidor está en una red interna o en un puerto que no se usa para correo."), _ADDRESS),
    "timeout": Fault(_("El proveedor no contestó a tiempo: no se sabe si lo recibió."), _UNCERTAIN),
    "broken": Fault(_("La conexión se cortó antes de la respuesta: no se sabe si lo recibió."), _UNCERTAIN),
    "garbage": Fault(_("El proveedor contestó algo que no se entiende: no se sabe si lo recibió."), _UNCERTAIN),
    "absent": Fault(_("El proveedor dice que no tiene este mensaje: no salió."), _NOTHING, Effect.WAIT),
    "too_many": Fault(_("Hay demasiados mensajes a este número para encontrar este."), _UNCERTAIN),
    "blind": Fault(_("Este canal no permite preguntar qué pasó con un mensaje."), _UNCERTAIN),
    "echo": Fault(_("Se espera que el proveedor avise qué pasó con este mensaje."), _UNCERTAIN),
    "bad_address": Fault(
        _("La dirección del lead no está bien escrita."), _("Corrígela en la ficha del lead."), Effect.BAD_ADDRESS
    ),
    "no_provider": Fault(
        _("La cuenta no dice con qué proveedor de correo se envía."),
        _("Elige el proveedor en la cuenta del canal."),
        Effect.PAUSE_ACCOUNT,
    ),
    "unreadable": Fault(
        _("Las claves de la cuenta ya no se pueden leer."),
        _("Escríbelas otra vez en la cuenta del canal."),
        Effect.PAUSE_ACCOUNT,
    ),
    "taken": Fault(
        _("Ese remitente ya está conectado en otra cuenta."),
        _("Usa otro, o apaga la otra cuenta y cámbiale el remitente."),
    ),
    "429": Fault(_("El proveedor pidió ir más lento."), _NOTHING, Effect.WAIT),
    "500": Fault(_("El proveedor tuvo un problema interno: no se sabe si recibió el mensaje."), _UNCERTAIN),
    "502": Fault(_("El proveedor tuvo un problema interno: no se sabe si recibió el mensaje."), _UNCERTAIN),
    "503": Fault(_("El proveedor está fuera de servicio: no se sabe si recibió el mensaje."), _UNCERTAIN),
    "504": Fault(_("El proveedor tardó demasiado: no se sabe si recibió el mensaje."), _UNCERTAIN),
}
