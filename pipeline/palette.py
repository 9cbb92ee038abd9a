"""What the palette offers: things to do with the lead at hand, leads that match, screens, and things to do anyway."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.enums import OPEN, AppointmentStatus
from appointments.models import Appointment
from core.looks import LOOKS
from core.navigation import places_for
from core.text import fold
from crm import lists, search
from crm.enums import Stage
from crm.models import Lead, LeadQuerySet
from pipeline.transitions import ALLOWED

MOST_LEADS = 8
_READ = 40  # matches that are looked at for the best
RECENT = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One line: a link (`href`), a dialog (`opens`), a `post` with its values, or a button of the page to `press`.

    `words` are what it is found by besides its label.
    """

    label: str | Promise
    icon: str
    hint: str | Promise = ""
    words: str = ""
    href: str = ""
    opens: str = ""
    post: str = ""
    values: dict[str, str] = field(default_factory=dict)
    press: str = ""
    target: str = ""

    def answers(self, wanted: Sequence[str]) -> bool:
        """Whether every word that was typed begins one of its words."""
        own = fold(f"{self.label} {self.words}").split()
        return all(any(word.startswith(part) for word in own) for part in wanted)


@dataclass(frozen=True, slots=True)
class Group:
    """Options under one heading."""

    name: str
    options: list[Option]


def groups(
    user: User, text: str, *, at: Lead | None, on_board: bool, recent: Iterable[UUID] = (), now: datetime
) -> list[Group]:
    """The groups that have something to offer for what was typed. `at` is the lead of the page or the card in focus."""
    wanted = fold(text).split()
    visible = Lead.objects.visible_to(user)
    found = _matching(visible, text) if wanted else _recent(visible, list(recent)[:RECENT])
    told = [
        Group(str(at) if at else "", _fitting(of_lead(at, user, on_board=on_board, now=now) if at else (), wanted)),
        Group(_("Leads") if wanted else _("Vistos hace poco"), [_open(lead) for lead in found]),
        Group(_("Hacer"), _fitting(anywhere(), wanted)),
        Group(_("Ir a"), _fitting(screens(user), wanted)),
    ]
    return [group for group in told if group.options]


def of_lead(lead: Lead, user: User, *, on_board: bool, now: datetime) -> Iterator[Option]:
    """What one does with a lead: where it may be moved, whose it becomes, what is written down, how it is reached."""
    move = reverse("pipeline:move", args=[lead.public_id])
    page = reverse("crm:lead", args=[lead.public_id])
    place = f"#card-{lead.public_id}" if on_board else "#lead-stage"
    for stage in ALLOWED[Stage(lead.stage)]:
        label = _("Mover a %(stage)s") % {"stage": stage.label}
        values = {"stage": stage.value, "shown": lead.stage, "version": str(lead.version)}
        yield Option(label, LOOKS["stage"][stage].icon, words="etapa", post=move, values=values, target=place)
    if lead.assigned_to_id != user.pk:
        assign = f"{reverse('crm:lead-assign', args=[lead.public_id])}?to={user.public_id}"
        yield Option(_("Asignármelo"), "user-check", words="asignarme responsable tomar", post=assign)
    if on_board:
        yield Option(_("Abrir la ficha"), "user", words="ver lead", href=page)
        yield Option(_("Escribir una nota"), "notes", words="comentario", href=f"{page}#note-body")
    else:
        yield Option(_("Escribir una nota"), "notes", words="comentario", press='[data-focus="#note-body"]')
    yield from _work(lead, now)
    thread = reverse("inbox:thread", args=[lead.public_id])
    yield Option(_("Abrir la conversación"), "messages", words="mensaje responder bandeja", href=thread)
    if lead.phone_e164:
        yield Option(_("Llamar"), "phone", lead.phone_raw, words="llamada telefono", href=f"tel:{lead.phone_e164}")
        whatsapp = f"https://wa.me/{lead.phone_e164.removeprefix('+')}"
        yield Option(_("Escribir por WhatsApp"), "brand-whatsapp", words="mensaje", href=whatsapp)
    if lead.email:
        yield Option(_("Escribir un correo"), "mail", lead.email, words="mail email", href=f"mailto:{lead.email}")


def _work(lead: Lead, now: datetime) -> Iterator[Option]:
    """A contact, a task, a visit; and what becomes of the visit that is next."""
    opens = {
        name: reverse(name, args=[lead.public_id])
        for name in ("crm:lead-contact", "crm:lead-task-new", "appointments:visit-new")
    }
    yield Option(_("Registrar un contacto"), "phone-outgoing", words="llamada mensaje", opens=opens["crm:lead-contact"])
    yield Option(_("Crear una tarea"), "square-check", words="pendiente recordar", opens=opens["crm:lead-task-new"])
    yield Option(_("Agendar una visita"), "calendar-plus", words="reunion", opens=opens["appointments:visit-new"])
    visit = Appointment.objects.filter(lead=lead, status__in=OPEN).order_by("starts_at", "id").first()
    if visit is None:
        return
    when = date_format(timezone.localtime(visit.starts_at), _("D j b, H:i"))

    def to(act: str) -> str:
        return reverse(f"appointments:visit-{act}", args=[visit.public_id])

    if visit.starts_at <= now:
        yield Option(_("La visita se realizó"), "calendar-check", when, words="cumplida", post=to("complete"))
        yield Option(_("No llegó a la visita"), "user-off", when, words="falto", post=to("no-show"))
    elif visit.status == AppointmentStatus.SCHEDULED:
        yield Option(_("Confirmó la visita"), "check", when, words="confirmar", post=to("confirm"))
    yield Option(_("Cambiar la visita"), "calendar-time", when, words="reagendar mover hora", opens=to("edit"))
    yield Option(_("Cancelar la visita"), "calendar-x", when, words="anular", opens=to("cancel"))


def anywhere() -> Iterator[Option]:
    """What needs no lead."""
    yield Option(_("Nuevo lead"), "user-plus", words="crear agregar", href=reverse("crm:lead-new"))
    yield Option(_("Importar una planilla"), "file-import", words="excel csv subir", href=reverse("crm:import-new"))
    yield Option(_("Atajos de teclado"), "keyboard", words="ayuda teclas", press='[data-show="#keys"]')


def screens(user: User) -> Iterator[Option]:
    """The places of the rail, and one's own."""
    for place in places_for(role=user.role, is_staff=user.is_staff, inside=True):
        yield Option(place.label, place.icon, href=place.path)
    yield Option(_("Perfil, tema e idioma"), "user", words="contrasena", href=reverse("accounts:profile"))


def _fitting(options: Iterable[Option], wanted: Sequence[str]) -> list[Option]:
    return [option for option in options if option.answers(wanted)]


def _matching(visible: LeadQuerySet, text: str) -> list[Lead]:
    """The best matches: names that begin as typed first, then the latest touched."""
    if len(text.strip()) < search.SHORTEST:
        return []
    latest = F("last_contact_at").desc(nulls_last=True)
    read = lists.rows(search.matching(visible, text)).order_by(latest, "-created_at", "-id")[:_READ]
    start = fold(text)
    return sorted(read, key=lambda lead: not fold(lead.name).startswith(start))[:MOST_LEADS]


def _recent(visible: LeadQuerySet, ids: list[UUID]) -> list[Lead]:
    if not ids:
        return []
    known = {lead.public_id: lead for lead in lists.rows(visible.filter(public_id__in=ids))}
    return [known[one] for one in ids if one in known]


def _open(lead: Lead) -> Option:
    facts: dict[str, Any] = {"stage": lead.get_stage_display(), "place": lead.location}
    hint = " · ".join(filter(None, (facts["place"], facts["stage"])))
    return Option(str(lead), LOOKS["stage"][lead.stage].icon, hint, href=reverse("crm:lead", args=[lead.public_id]))
