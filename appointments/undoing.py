"""A visit closed by mistake, opened again: the undo of the toast and of the audit page."""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments import visits
from appointments.enums import AppointmentStatus
from appointments.models import Appointment
from core.actors import Actor
from crm import actions, bulk
from crm.actions import Cannot, Undone
from crm.enums import ActionKind
from crm.models import Action


@actions.undoer(ActionKind.VISIT)
def undo(action: Action, by: Actor, now: datetime) -> Undone:
    """Open the visit again, unless it is out of reach, changed since, or its time was given to another."""
    before = action.before
    visit = Appointment.objects.filter(pk=before.get("visit"), lead__in=bulk.whose(by)).first()
    if visit is None:
        raise Cannot(_("Ya no se puede deshacer: la visita no está a tu alcance."))
    closing = visits.Closing(AppointmentStatus(before["was"]), AppointmentStatus(before["became"]), before["contact"])
    try:
        opened = visits.reopen(visit, closing, by=by, now=now)
    except visits.Refused as late:
        raise Cannot(_("Ya no se puede deshacer: la visita cambió después.")) from late
    except visits.Clash as clash:
        raise Cannot(_("Ya no se puede deshacer: esa hora se ocupó con otra visita.")) from clash
    except visits.CannotSee as stranger:
        raise Cannot(_("Ya no se puede deshacer: quien atendía la visita ya no ve este lead.")) from stranger
    return Undone(1, _("Su visita volvió a «%(status)s».") % {"status": opened.get_status_display()})
