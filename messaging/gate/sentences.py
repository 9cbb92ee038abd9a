"""A line for each thing the gate says: the sentence, what to do, and where. messaging.gate.words fills them in."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Exit(StrEnum):
    """Where one goes to change it; the page knows the address."""

    NONE = ""
    CONSENT = "consent"
    LIMITS = "limits"
    SUPPRESSIONS = "suppressions"
    ACCOUNTS = "accounts"
    TEMPLATES = "templates"
    LEAD = "lead"
    CONVERSATION = "conversation"


Line = tuple[str | Promise, str | Promise, Exit]
_WAIT = _("No hay que hacer nada: sale solo cuando se pueda.")
LINES: dict[str, Line] = {
    "stopped": (
        _("Los envíos de la corredora están detenidos."),
        _("Quien administra puede reanudarlos en Horarios y límites."),
        Exit.LIMITS,
    ),
    "broker_off": (_("La corredora está desactivada."), _("Escribe a soporte para activarla."), Exit.NONE),
    "no_account": (_("No hay ninguna cuenta para este canal."), _("Conecta una, o elige otro canal."), Exit.ACCOUNTS),
    "account_off": (_("La cuenta de este canal está apagada."), _("Enciéndela, o elige otro canal."), Exit.ACCOUNTS),
    "account_channel": (_("La cuenta no sirve para este canal."), _("Elige otra cuenta."), Exit.ACCOUNTS),
    "account_paused": (
        _("La cuenta de este canal está en pausa."),
        _("Mira por qué y reanúdala; el mensaje espera."),
        Exit.ACCOUNTS,
    ),
    "account_resting": (_("El proveedor pidió esperar un momento."), _WAIT, Exit.NONE),
    "account_failing": (
        _("La cuenta de este canal tuvo problemas hace poco."),
        _("Se intenta igual. Si no llega, prueba la cuenta."),
        Exit.ACCOUNTS,
    ),
    "merged": (_("Este lead se unió a otro."), _("Escríbele desde el lead que quedó."), Exit.LEAD),
    "deleted": (_("El lead está en la papelera."), _("Tráelo de vuelta para escribirle."), Exit.LEAD),
    "no_address": (
        _("No sabemos cómo llegar a esta persona por este canal."),
        _("Completa sus datos de contacto, o usa otro canal."),
        Exit.LEAD,
    ),
    "bad_address": (_("El correo está mal escrito."), _("Corrígelo en los datos del lead."), Exit.LEAD),
    "blocked_us": (
        _("La persona bloqueó nuestros mensajes en este canal."),
        _("Usa otro canal, si ella quiere."),
        Exit.NONE,
    ),
    "on_hold": (
        _("El lead está en pausa: no recibe nada automático."),
        _("Cambia su tratamiento, o escríbele tú."),
        Exit.LEAD,
    ),
    "taken_over": (
        _("Alguien del equipo tomó la conversación: lo automático calla."),
        _("Devuélvela al agente cuando termine, o escribe tú."),
        Exit.CONVERSATION,
    ),
    "opted_out": (
        _("La persona pidió no recibir más promociones."),
        _("Respétalo. Si cambió de opinión, registra cuándo y cómo lo dijo."),
        Exit.CONSENT,
    ),
    "needs_opt_in": (
        _("En su país las promociones piden un consentimiento expreso, y no hay."),
        _("Pídeselo y regístralo, o espera a que escriba."),
        Exit.CONSENT,
    ),
    "no_basis": (
        _("No consta que la persona haya aceptado o pedido que le escriban."),
        _("Registra cómo nos conoció y qué aceptó."),
        Exit.CONSENT,
    ),
    "refused_service": (
        _("La persona pidió no recibir ningún mensaje."),
        _("Solo se responde si ella vuelve a escribir."),
        Exit.CONSENT,
    ),
    "unrecorded": (
        _("No consta que la persona haya aceptado mensajes: a mano se puede, en campañas no."),
        _("Si ya lo aceptó, regístralo."),
        Exit.CONSENT,
    ),
    "farewell": (_("Confirma la baja: es lo último que se envía."), "", Exit.NONE),
    "no_rule": (
        _("No hay ninguna regla vigente para este país y canal, y sin regla no se envía."),
        _("Escribe a soporte de la plataforma."),
        Exit.NONE,
    ),
    "suppressed_person": (
        _("Esta dirección está bloqueada: lo pidió la persona."),
        _("Solo se responde si ella vuelve a escribir."),
        Exit.SUPPRESSIONS,
    ),
    "suppressed_registry": (
        _("Está en un registro público de no molestar (%(registry)s)."),
        _("No se le envían promociones. Sí avisos de sus visitas y respuestas."),
        Exit.SUPPRESSIONS,
    ),
    "suppressed_bounce": (
        _("Los mensajes a esta dirección rebotan."),
        _("Pide una dirección que funcione y corrige los datos."),
        Exit.LEAD,
    ),
    "suppressed_complaint": (
        _("La persona marcó nuestros correos como spam."),
        _("No le escribas más por aquí."),
        Exit.SUPPRESSIONS,
    ),
    "suppressed_manual": (
        _("La corredora bloqueó esta dirección."),
        _("Quien administra puede quitarla de la lista."),
        Exit.SUPPRESSIONS,
    ),
    "holiday": (_("Allá es feriado."), _WAIT, Exit.NONE),
    "weekday": (_("En su país no se escribe este día de la semana."), _WAIT, Exit.NONE),
    "hours": (_("Allá son las %(time)s: fuera del horario permitido."), _WAIT, Exit.NONE),
    "own_hours": (_("Son las %(time)s allá, fuera del horario de la corredora."), _WAIT, Exit.LIMITS),
    "scope_hours": (_("Son las %(time)s allá, fuera del horario de la campaña."), _WAIT, Exit.NONE),
    "never_open": (
        _("Con el horario de la corredora no queda ninguna hora permitida."),
        _("Amplía el horario en Horarios y límites."),
        Exit.LIMITS,
    ),
    "live_talk": (_("Responde a lo que la persona acaba de escribir: sale a cualquier hora."), "", Exit.NONE),
    "late_reply": (
        _("Allá son las %(time)s. La persona escribió hoy, así que puedes responder."),
        _("Piensa si es mejor esperar a mañana."),
        Exit.NONE,
    ),
    "always_open": (_("Teléfono simulado de la demostración: suena a cualquier hora."), "", Exit.NONE),
    "country_cap": (_("Su país permite %(most)s en %(days)s días, y ya se enviaron."), _WAIT, Exit.NONE),
    "own_day_cap": (_("La corredora permite %(most)s mensajes automáticos al día por persona."), _WAIT, Exit.LIMITS),
    "own_week_cap": (
        _("La corredora permite %(most)s mensajes automáticos a la semana por persona."),
        _WAIT,
        Exit.LIMITS,
    ),
    "turn": (_("Hay otro mensaje para la misma persona saliendo ahora."), _WAIT, Exit.NONE),
    "caller_id": (
        _("En este país una llamada automática tiene que salir de un número %(prefixes)s."),
        _("Conecta un número de esos, o llama tú."),
        Exit.ACCOUNTS,
    ),
    "window_open": (_("La persona escribió hace menos de 24 horas: WhatsApp permite texto libre."), "", Exit.NONE),
    "window_closed": (
        _("Pasaron más de 24 horas desde su último mensaje: WhatsApp solo permite una plantilla."),
        _("Elige una plantilla aprobada, o usa otro canal."),
        Exit.TEMPLATES,
    ),
    "window_shut": (
        _("WhatsApp dijo que pasaron más de 24 horas desde su último mensaje: solo permite una plantilla."),
        _("Elige una plantilla aprobada, o espera a que escriba."),
        Exit.TEMPLATES,
    ),
    "not_approved": (
        _("Meta todavía no aprobó esta plantilla."),
        _("Elige otra, o espera la aprobación."),
        Exit.TEMPLATES,
    ),
    "scope_stopped": (
        _("La campaña está en pausa o terminó."),
        _("Al reanudarla se decide qué pasa con lo que quedó."),
        Exit.NONE,
    ),
    "scope_changed": (
        _("La campaña cambió después de preparar este mensaje."),
        _("La versión nueva escribe el suyo."),
        Exit.NONE,
    ),
    "too_late": (
        _("Ya no tiene sentido enviarlo: venció."),
        _("Si todavía hace falta, escribe uno nuevo."),
        Exit.CONVERSATION,
    ),
    "waits_too_long": (
        _("Cuando se pueda enviar ya no tendrá sentido."),
        _("Escribe uno nuevo, o usa otro canal."),
        Exit.CONVERSATION,
    ),
    "account_full": (_("La cuenta ya envió sus %(most)s mensajes de hoy."), _WAIT, Exit.ACCOUNTS),
    "budget_spent": (_("La corredora ya envió sus %(most)s mensajes de hoy."), _WAIT, Exit.LIMITS),
    "nearly_spent": (_("Quedan pocos de los %(most)s mensajes de hoy, y otros van primero."), _WAIT, Exit.LIMITS),
    "own_address": (_("Es una prueba a tu propia dirección: al lead no le llega."), "", Exit.NONE),
    "by_hand": (_("Alguien lo canceló antes de que saliera."), "", Exit.NONE),
}
