"""Twilio's codes, of messages and calls (its dictionary of errors; research says which of them we can meet)."""

from django.utils.translation import gettext_lazy as _

from messaging.faults.fault import Effect, Fault

_PHONE = _("Revisa el número en la ficha del lead.")
_OTHER = _("Escríbele por otro canal.")
_ALONE = _("No hace falta hacer nada: se intenta otra vez solo.")
_CONSOLE = _("Revísalo en la consola de Twilio y después vuelve a encender la cuenta.")
_OURS = _("Avisa a quien administra Corredor: Twilio debe poder llegar a la dirección pública del sistema.")
_BUG = _("Es un error de Corredor: avisa a quien lo administra con este código.")
_WEB = Fault(_("Twilio no pudo llegar a nuestro sistema."), _OURS)
_XML = Fault(_("Twilio no entendió nuestra respuesta."), _BUG)
_GEO = Fault(
    _("La cuenta de Twilio no tiene permiso para ese país."),
    _("Activa el país en la consola de Twilio (permisos geográficos)."),
)
_KEYS = Fault(
    _("Twilio no aceptó el Account SID o el Auth Token."),
    _("Cópialos otra vez de la consola de Twilio en la cuenta del canal."),
    Effect.PAUSE_ACCOUNT,
)
_SLOW = Fault(_("Twilio pidió ir más lento."), _ALONE, Effect.WAIT)
_INVALID = Fault(_("El número del lead no es válido."), _PHONE, Effect.BAD_ADDRESS)
_SENDER = Fault(
    _("El remitente de la cuenta no puede enviar por WhatsApp."),
    _("Revisa en la consola de Twilio que ese número esté aprobado como remitente."),
    Effect.PAUSE_ACCOUNT,
)
_WINDOW = Fault(
    _("Pasaron más de 24 horas desde que la persona escribió: WhatsApp solo acepta una plantilla aprobada."),
    _("Elige una plantilla aprobada y envía otra vez."),
    Effect.USE_TEMPLATE,
)
_CAP = Fault(
    _("WhatsApp no entregó la promoción: esta persona ya recibió muchas de otras empresas."),
    _("Espera al menos 24 horas antes de intentarlo otra vez."),
    Effect.NEXT_DAY,
)
_TEXT = Fault(
    _("WhatsApp rechazó el contenido o las variables de la plantilla."),
    _("Revisa la plantilla y sus variables."),
    Effect.CHANGE_TEXT,
)
_CALL = Fault(_("La llamada perdió la conexión con el agente de voz."), _BUG, Effect.WAIT)

FAULTS: dict[str, Fault] = {
    "11200": _WEB, "11205": _WEB, "11210": _WEB,
    "12100": _XML, "12200": _XML, "12300": _XML,
    "13224": _INVALID,
    "13225": _GEO, "13227": _GEO, "21215": _GEO,
    "20003": _KEYS,
    "20404": Fault(_("Twilio no conoce esa cuenta."), _CONSOLE, Effect.PAUSE_ACCOUNT),
    "20005": Fault(_("La cuenta de Twilio no está activa."), _CONSOLE, Effect.PAUSE_ACCOUNT),
    "account_inactive": Fault(_("La cuenta de Twilio no está activa."), _CONSOLE, Effect.PAUSE_ACCOUNT),
    "20429": _SLOW, "14107": _SLOW, "63018": _SLOW,
    "20503": Fault(_("Twilio está fuera de servicio: no se sabe si recibió el mensaje."), _ALONE, Effect.WAIT),
    "21211": _INVALID, "21217": _INVALID, "21604": _INVALID,
    "21212": _SENDER, "21606": _SENDER, "21603": _SENDER, "63007": _SENDER,
    "21219": Fault(
        _("La cuenta de Twilio es de prueba y solo llama a números verificados."),
        _("Verifica el número en Twilio o pasa la cuenta a pagada."),
    ),
    "21262": _XML, "21263": _XML,
    "21408": _GEO,
    "21602": Fault(_("El mensaje está vacío."), _("Escribe un texto."), Effect.CHANGE_TEXT),
    "21608": Fault(
        _("La cuenta de Twilio es de prueba y solo escribe a números verificados."),
        _("Verifica el número en Twilio o pasa la cuenta a pagada."),
    ),
    "21609": _WEB,
    "21610": Fault(
        _("La persona pidió no recibir más mensajes."),
        _("No le escribas más, salvo que ella lo pida."),
        Effect.OPTED_OUT,
    ),
    "21611": _SLOW,
    "21612": Fault(_("Desde este remitente no se llega a ese número."), _OTHER, Effect.OTHER_CHANNEL),
    "21614": Fault(_("El número no es de un celular."), _("Llámalo o escríbele por correo."), Effect.OTHER_CHANNEL),
    "21617": Fault(_("El mensaje pasa de 1.600 caracteres."), _("Acórtalo."), Effect.CHANGE_TEXT),
    "21656": _TEXT, "21655": _TEXT,
    "30001": _SLOW,
    "30002": Fault(_("Twilio suspendió la cuenta."), _CONSOLE, Effect.PAUSE_ACCOUNT),
    "30003": Fault(
        _("El teléfono está apagado o sin señal."), _("Inténtalo más tarde, a lo sumo dos veces."), Effect.WAIT
    ),
    "30004": Fault(_("El mensaje fue bloqueado para ese número."), _OTHER, Effect.OTHER_CHANNEL),
    "30005": Fault(_("El número no existe o ya no está en servicio."), _PHONE, Effect.BAD_ADDRESS),
    "30006": Fault(
        _("El número es fijo o su compañía no recibe mensajes."), _("Llámalo por teléfono."), Effect.OTHER_CHANNEL
    ),
    "30007": Fault(
        _("La compañía telefónica filtró el mensaje como no deseado."),
        _("Cambia el texto: sin enlaces acortados ni mayúsculas, y con tu nombre."),
        Effect.CHANGE_TEXT,
    ),
    "30008": Fault(
        _("No se pudo entregar y la compañía no dijo por qué."), _("Inténtalo una vez más."), Effect.WAIT
    ),
    "30034": Fault(
        _("El número de Estados Unidos no está registrado para enviar mensajes."),
        _("Completa el registro A2P 10DLC en Twilio."),
        Effect.PAUSE_ACCOUNT,
    ),
    "30036": Fault(_("El mensaje venció antes de poder entregarse."), _("Envíalo otra vez si todavía sirve.")),
    "63001": Fault(_("WhatsApp no aceptó las claves del remitente."), _CONSOLE, Effect.PAUSE_ACCOUNT),
    "63003": Fault(_("Ese número no tiene WhatsApp."), _OTHER, Effect.OTHER_CHANNEL),
    "63005": _TEXT, "63013": _TEXT, "63021": _TEXT, "63027": _TEXT, "63028": _TEXT,
    "63010": Fault(_("WhatsApp tuvo un problema interno."), _("Inténtalo más tarde."), Effect.WAIT),
    "63016": _WINDOW,
    "63020": Fault(
        _("Falta aceptar la invitación del remitente en Meta."),
        _("Acéptala en el administrador comercial de Meta."),
        Effect.PAUSE_ACCOUNT,
    ),
    "63024": Fault(_("WhatsApp no reconoce a ese destinatario."), _PHONE, Effect.BAD_ADDRESS),
    "63032": _CAP, "63049": _CAP,
    "63038": Fault(_("La cuenta de Twilio llegó a su tope diario."), _ALONE, Effect.NEXT_DAY),
    "64101": Fault(_("La voz elegida no está disponible en esta cuenta de Twilio."), _CONSOLE),
    "64102": _CALL, "64105": _CALL, "64107": _CALL, "64109": _CALL,
    "64106": Fault(_("La voz o el idioma de la llamada no existen en Twilio."), _("Elige otra voz.")),
    "sip_404": _INVALID, "sip_484": _INVALID,
    "sip_480": Fault(_("Nadie contestó."), _("Llama a otra hora."), Effect.WAIT),
    "sip_486": Fault(_("El teléfono estaba ocupado."), _("Llama en un rato."), Effect.WAIT),
    "sip_487": Fault(_("La llamada se cortó antes de que contestaran."), _("Llama a otra hora."), Effect.WAIT),
    "sip_503": Fault(_("La compañía telefónica no pudo cursar la llamada."), _ALONE, Effect.WAIT),
    "sip_603": Fault(
        _("La persona rechazó la llamada."), _("No insistas hoy: escríbele o llama otro día."), Effect.NEXT_DAY
    ),
}  # fmt: skip
