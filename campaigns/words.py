"""Why a step was done, skipped or put off, in words a person can act on; the gate's own are messaging.gate's."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.enums import EndReason
from messaging import faults
from messaging.gate import words as gate
from messaging.gate.words import Words
from templates_app import variables

_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "condition": (_("No se cumplían las condiciones del paso."), ""),
    "waited": (_("Esperó a que se cumplieran las condiciones y no se cumplieron."), ""),
    "overdue": (_("Le tocaba mientras la campaña estaba pausada, y al reanudarla se eligió saltarlo."), ""),
    "too_late": (_("Pasó demasiado tiempo desde su hora: ya no tenía sentido."), ""),
    "missing": (_("Faltan datos del lead para el texto: %(missing)s."), _("Complétalos, o da valores por omisión.")),
    "too_long": (_("El texto queda más largo de lo que permite el canal."), _("Acorta la plantilla.")),
    "empty": (_("El texto queda vacío."), _("Revisa la plantilla.")),
    "broken": (_("La plantilla no se puede leer."), _("Corrige la plantilla.")),
    "no_template": (_("El paso no tiene plantilla, o está archivada."), _("Elige otra plantilla.")),
    "fault": (_("No se pudo hacer por un error nuestro; quedó anotado para revisarlo."), ""),
    "no_calls": (_("Las llamadas todavía no están conectadas en esta instalación."), ""),
    "no_meetings": (_("La agenda todavía no propone horas por sí sola."), _("Agenda la visita a mano.")),
    "not_allowed": (_("Desde su etapa no se pasa a esa."), _("Muévelo a mano si corresponde.")),
    "already_there": (_("Ya estaba en esa etapa."), ""),
    "nobody_free": (_("No había nadie disponible a quien asignarlo."), _("Revisa el reparto.")),
    "has_owner": (_("Ya tenía responsable."), ""),
    "person_gone": (_("La persona elegida ya no trabaja aquí."), _("Elige a otra en el paso.")),
    "no_tag": (_("El paso no tiene etiqueta."), _("Elige una.")),
    "no_owner": (_("El lead no tiene responsable a quien avisar."), _("Asígnalo.")),
    "unknown": (_("El proveedor todavía no dice si lo recibió."), ""),
    "unconfirmed": (_("El proveedor no confirmó el envío."), _("Decide en «Sin confirmar» si se repite.")),
    "cancelled": (_("Se canceló antes de salir."), ""),
    "suppressed": (_("No se podía enviar."), ""),
    "expired": (_("Ya no tenía sentido enviarlo."), ""),
    "campaign:overdue": (
        _("Estaba en cola mientras la campaña estaba pausada, y al reanudarla se eligió saltarlo."),
        "",
    ),
}


def of(reason: str, trace: Mapping[str, Any] | None = None, *, provider: str = "") -> Words:
    """A reason of a log row in words; nothing for none. `provider` is who refused the message, if one did."""
    if not reason:
        return Words("")
    if reason.startswith("gate:"):
        return _of_gate(reason, trace or {})
    if reason in _WORDS:
        text, todo = _WORDS[reason]
        labels = {each.name: str(each.label) for each in variables.known(())}  # an own field keeps its key
        missing = ", ".join(labels.get(name, name) for name in (trace or {}).get("missing", []))
        return Words(str(text) % {"missing": missing}, str(todo))
    code = reason.removeprefix("campaign:")
    if code in EndReason.values:
        return Words(str(EndReason(code).label))
    if provider:
        fault = faults.of(provider, reason)
        return Words(str(fault.sentence), str(fault.advice))
    return gate.of_code(reason)


def _of_gate(reason: str, trace: Mapping[str, Any]) -> Words:
    code = reason.removeprefix("gate:")
    said = next((each for each in trace.get("gate", []) if each.get("code") == code), None)
    return gate.of_stored(said) if said else gate.of_code(code)
