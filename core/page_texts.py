"""Sentences the scripts in static/js say, handed over as JSON so that gettext covers them."""

from django.utils.translation import gettext as _


def page_texts() -> dict[str, str]:
    """The scripts' sentences in the active language, by the key static/js/texts.js looks them up with."""
    return {
        "retry": _("Reintentar"),
        "reference": _("Referencia: {id}"),
        "offline": _("Sin conexión con el servidor. No se guardó nada; revisa tu red y reintenta."),
        "timeout": _("El servidor tardó demasiado. Puede que el cambio no se haya guardado: recarga para verlo."),
        "400": _("El servidor no entendió la solicitud. Recarga la página y prueba otra vez."),
        "401": _("Tu sesión terminó. Vuelve a entrar para seguir."),
        "403": _("No tienes permiso para hacer esto. Pídeselo a quien administra tu corredora."),
        "404": _("Esto ya no existe o no está a tu alcance. Recarga la página para ver lo que hay."),
        "409": _("Otra persona lo cambió antes. Recarga para ver cómo quedó y prueba otra vez."),
        "413": _("El archivo es demasiado grande para subirlo."),
        "422": _("Hay datos por corregir. Revisa los campos marcados."),
        "429": _("Demasiadas solicitudes seguidas. Espera un minuto y prueba otra vez."),
        "5xx": _("Algo falló de nuestro lado y no se guardó. Prueba otra vez; si sigue, avisa a tu administración."),
        "4xx": _("No se pudo completar. Recarga la página y prueba otra vez."),
    }
