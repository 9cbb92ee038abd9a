"""What the pages of meetings show, and how refusals are said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.http import BrokerRequest
from accounts.models import User
from appointments.enums import OPEN, AppointmentStatus
from appointments.models import Appointment
from appointments.visits import CannotSee, Clash, Refused, TooEarly
from core.tenancy import current
from crm.models import Lead
from crm.models.lead_queries import sees

_PAST = 5
Trouble = (CannotSee, Clash, Refused, TooEarly)


def visible(user: User) -> QuerySet[Appointment]:
    """The meetings a person sees: those of the leads they see."""
    return Appointment.objects.filter(lead__in=Lead.objects.visible_to(user)).select_related("lead", "agent")


def get(request: BrokerRequest, public_id: UUID) -> Appointment:
    """The meeting; 404 for one the person may not see."""
    visit = visible(request.user).filter(public_id=public_id).first()
    if visit is None:
        raise Http404
    return visit


def panel(request: BrokerRequest, lead: Lead, *, now: datetime) -> dict[str, Any]:
    """The meetings of a lead: those to come, and the last ones that were."""
    found = Appointment.objects.filter(lead=lead).select_related("agent")
    to_come = list(found.filter(status__in=[AppointmentStatus.HELD, *OPEN]).order_by("starts_at", "id"))
    been = list(found.exclude(status__in=[AppointmentStatus.HELD, *OPEN]).order_by("-starts_at", "-id")[:_PAST])
    return {"lead": lead, "to_come": to_come, "been": been, "now": now, "zone": zone_words(request, now)}


def hosts(lead: Lead, user: User, *, having: User | None = None) -> list[User]:
    """Who may hold a meeting with a lead: an admin says who, an agent themselves; and who holds it already."""
    team = User.objects.filter(broker_id=current(), is_active=True).order_by("name", "email")
    found = [person for person in team if sees(person, lead)]
    if not user.is_admin:
        found = [person for person in found if person.pk == user.pk]
    return found if having is None or having in found else [*found, having]


def zone_words(request: BrokerRequest, now: datetime) -> str:
    """The brokerage's time zone, where the reader's clock shows another time; else ""."""
    theirs, ours = now.astimezone(request.user.zone), now.astimezone(request.broker.zone)
    same = theirs.utcoffset() == ours.utcoffset()
    return "" if same else request.broker.time_zone.rpartition("/")[2].replace("_", " ")


def trouble_words(error: Exception, user: User) -> str:
    """A refusal as a sentence for a person; a lead they do not see is not named."""
    if isinstance(error, Clash):
        return _clash_words(error.other, user)
    if isinstance(error, CannotSee):
        return _("%(name)s no ve este lead. Asígnaselo primero.") % {"name": error.user}
    if isinstance(error, Refused):
        return _("Esta visita ya está en «%(status)s».") % {"status": error.status.label}
    return _("Todavía no empieza. Podrás anotarlo cuando llegue la hora.")


def _clash_words(other: Appointment, user: User) -> str:
    when = date_format(timezone.localtime(other.starts_at), _("l j \\d\\e F"))
    clock = date_format(timezone.localtime(other.starts_at), "H:i")
    until = date_format(timezone.localtime(other.ends_at), "H:i")
    facts = {"who": other.agent, "day": when, "from": clock, "to": until, "lead": other.lead}
    if sees(user, other.lead):
        return _("%(who)s ya tiene una visita con %(lead)s el %(day)s de %(from)s a %(to)s.") % facts
    return _("%(who)s ya tiene otra visita el %(day)s de %(from)s a %(to)s.") % facts
