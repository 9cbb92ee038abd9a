"""What keeps a lead out of a campaign, in words: in one line, and for one lead with what it has instead."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from campaigns import phrases
from campaigns.enums import CampaignTrigger, EndReason
from campaigns.models import Campaign, Enrollment
from core import tenancy
from core.api.filtering import named
from crm.enums import Stage
from crm.filters import ME, NO_SOURCE, NOBODY, LeadFilter
from crm.models import Lead, Tag

LINES: dict[str, str | Promise] = {
    "gone": gettext_lazy("Está en la papelera"),
    "not_running": gettext_lazy("La campaña no está en marcha"),
    "manual": gettext_lazy("Nadie entra por sí solo: hay que inscribirlo"),
    "in": gettext_lazy("Ya está en la campaña"),
    "been": gettext_lazy("Ya pasó por la campaña"),
    "trigger": gettext_lazy("No cumple lo que inicia la campaña"),
    "audience": gettext_lazy("Queda fuera de los filtros de la campaña"),
    "opt_out": gettext_lazy("Pidió no recibir más"),
    "hold": gettext_lazy("Está en pausa"),
    "goal": gettext_lazy("Ya está en la meta de la campaña"),
    "closed": gettext_lazy("Está ganado o perdido"),
    "full": gettext_lazy("La campaña ya tiene el máximo de leads"),
}


def line(code: str) -> str:
    """A reason in one line; one nobody knows is shown as it is."""
    return str(LINES.get(code, code))


def when(at: datetime) -> str:
    """A moment as people here say it."""
    return date_format(timezone.localtime(at), _("D j b, H:i"))


def standing(enrollment: Enrollment) -> str:
    """Where a lead that is in stands; its next step loaded."""
    text = _("Entró el %(when)s.") % {"when": when(enrollment.enrolled_at)}
    if enrollment.next_step is None or enrollment.next_run_at is None:
        return text
    values = {"n": enrollment.next_step.number or "–", "when": when(enrollment.next_run_at)}
    if enrollment.waiting_until is not None:
        values["when"] = when(enrollment.waiting_until)
        following = _("Espera hasta el %(when)s a que se cumplan las condiciones del paso %(n)s.") % values
    else:
        following = _("Le toca el paso %(n)s el %(when)s.") % values
    return f"{text} {following}"


def former(campaign: Campaign, enrollment: Enrollment) -> str:
    """How a lead that was in left, and whether it may come back."""
    ended, reason = enrollment.ended_at, enrollment.reason
    text = ""
    if ended is not None:
        why = EndReason(reason).label if reason in EndReason.values else reason
        text = _("Terminó el %(when)s: %(why)s.") % {"when": when(ended), "why": why}
    if campaign.reentry_days is None or ended is None:
        onwards = _("La campaña no deja volver a entrar.")
    else:
        again = when(ended + timedelta(days=campaign.reentry_days))
        onwards = _("Puede volver a entrar desde el %(when)s.") % {"when": again}
    return f"{text} {onwards}".strip()


def instead(campaign: Campaign, lead: Lead) -> str:
    """What the trigger asks for, and what the lead has."""
    asked = phrases.trigger(campaign)
    if campaign.trigger == CampaignTrigger.LEAD_SCORE:
        has = _("Su puntaje es %(score)s.") % {"score": "–" if lead.score is None else lead.score}
    elif campaign.trigger == CampaignTrigger.STAGE_CHANGE:
        place = {"stage": Stage(lead.stage).label, "when": when(lead.stage_entered_at)}
        has = _("Está en %(stage)s desde el %(when)s.") % place
    else:
        at = lead.last_contact_at or lead.created_at
        said = _("Su último contacto fue el %(when)s.") if lead.last_contact_at else _("Se creó el %(when)s.")
        has = said % {"when": when(at)}
    return f"{asked} {has}"


def filter_words(name: str, values: Sequence[str]) -> str:
    """A filter of the audience and what it asks for; a statement where it names tags or people."""
    known = named(LeadFilter).get(name)
    label = str(known.label) if known is not None else name.removeprefix("cf_")
    choices = dict(getattr(known.field, "choices", ())) if known is not None else {}
    said = {value: str(choices.get(value, value)) for value in values}
    if name in {"tag", "not_tag"}:
        said |= {str(tag.public_id): tag.name for tag in Tag.objects.filter(public_id__in=values)}
    elif name == "assigned":
        people = [value for value in values if value not in {ME, NOBODY}]
        said |= {NOBODY: _("Sin asignar")}
        said |= {
            str(person.public_id): str(person)
            for person in User.objects.filter(broker_id=tenancy.current(), public_id__in=people)
        }
    elif name == "source":
        said |= {NO_SOURCE: _("Sin origen")}
    return f"{label}: {', '.join(said[value] for value in values)}"
