"""The places of the rail, in order. A new screen adds its line here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Audience = Literal["everyone", "admin", "staff"]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: label, icon, path, who sees it, whether a phone's bar has room for it.

    `badge` is the address of what is to be counted beside it, asked for by the page.
    """

    label: str | Promise
    icon: str
    path: str
    audience: Audience = "everyone"
    on_phone: bool = True
    badge: str = ""

    def holds(self, path: str) -> bool:
        """Whether the page at `path` is this place or lies inside it."""
        return path.startswith(self.path)


PLACES = (
    Place(_("Tablero"), "layout-kanban", "/board/"),
    Place(_("Hoy"), "sun", "/today/"),
    Place(_("Bandeja"), "inbox", "/inbox/", badge="/inbox/badge/"),
    Place(_("Leads"), "users", "/leads/"),
    Place(_("Tareas"), "square-check", "/tasks/"),
    Place(_("Campañas"), "speakerphone", "/campaigns/", on_phone=False),
    Place(_("Panel"), "activity", "/dashboard/", on_phone=False),
    Place(_("Métricas"), "chart-bar", "/metrics/", on_phone=False),
    Place(_("Importar"), "file-import", "/import/", on_phone=False),
    Place(_("Equipo"), "users-group", "/team/", on_phone=False),
    Place(_("Ajustes"), "adjustments-horizontal", "/settings/", audience="admin", on_phone=False),
    Place(_("Auditoría"), "shield-lock", "/audit/", audience="admin", on_phone=False),
    Place(_("Administración"), "settings", "/admin/", audience="staff", on_phone=False),
)


def places_for(*, role: str, is_staff: bool, inside: bool) -> Iterator[Place]:
    """The places a person may go to, by their role (`admin`, `agent`) and whether Django admin lets them in.

    Platform staff who have not chosen a brokerage are not `inside` one and see the admin only.
    """
    rights = {"everyone": inside, "admin": inside and role == "admin", "staff": is_staff}
    return (place for place in PLACES if rights[place.audience])
