"""What the lists behind the numbers are called."""

from typing import Any

from django.utils.translation import gettext as _

from reports.behind import Question


def leads(question: Question, *, inactive_days: int) -> str:
    """What the leads of the list have in common."""
    said: dict[str, Any] = {
        "stage": question.stage.label if question.stage else "",
        "then": question.then.label if question.then else "",
        "days": inactive_days,
    }
    if question.of == "entered":
        wording = _("Entraron a %(stage)s y después a %(then)s") if question.then else _("Entraron a %(stage)s")
        return wording % said
    if question.of == "lost":
        return _lost(question)
    if question.of == "new":
        return {
            "": _("Leads nuevos"),
            "contacted": _("Leads nuevos, contactados"),
            "visited": _("Leads nuevos que llegaron a una visita"),
            "won": _("Leads nuevos, ganados"),
        }[question.with_]
    plain = {
        "stayed": _("Estuvieron en %(stage)s"),
        "won": _("Ganados"),
        "replied": _("Leads nuevos con primera respuesta"),
        "inactive": _("Sin contacto hace %(days)s días o más"),
    }
    return plain[question.of] % said


def _lost(question: Question) -> str:
    parts = [_("Perdidos")]
    if question.stage:
        parts.append(_("desde %(stage)s") % {"stage": question.stage.label})
    if question.reason:
        parts.append(_("por «%(reason)s»") % {"reason": question.reason.label})
    return " ".join(parts)
