"""Which stage may follow which (docs/rules.md, Stages)."""

from crm.enums import LeadStatus, Stage
from crm.scoring import warmth

ALLOWED: dict[Stage, tuple[Stage, ...]] = {
    Stage.ENTRADA: (
        Stage.PERFILAMIENTO,
        Stage.CALIFICACION_FINANCIERA,
        Stage.AGENDADO,
        Stage.SEGUIMIENTO,
        Stage.PERDIDO,
    ),
    Stage.PERFILAMIENTO: (Stage.CALIFICACION_FINANCIERA, Stage.AGENDADO, Stage.SEGUIMIENTO, Stage.PERDIDO),
    Stage.CALIFICACION_FINANCIERA: (Stage.PERFILAMIENTO, Stage.AGENDADO, Stage.SEGUIMIENTO, Stage.PERDIDO),
    Stage.AGENDADO: (Stage.CALIFICACION_FINANCIERA, Stage.SEGUIMIENTO, Stage.GANADO, Stage.PERDIDO),
    Stage.SEGUIMIENTO: (
        Stage.CALIFICACION_FINANCIERA,
        Stage.AGENDADO,
        Stage.REFERIDOS,
        Stage.GANADO,
        Stage.PERDIDO,
    ),
    Stage.REFERIDOS: (Stage.AGENDADO, Stage.SEGUIMIENTO, Stage.GANADO, Stage.PERDIDO),
    Stage.GANADO: (Stage.REFERIDOS, Stage.SEGUIMIENTO, Stage.PERDIDO),
    Stage.PERDIDO: (Stage.PERFILAMIENTO, Stage.SEGUIMIENTO),
}


def status_after(to: Stage, *, status: LeadStatus, score: int | None) -> LeadStatus:
    """How warm a lead is after a move: won converts, lost loses, referral keeps it, coming back recomputes."""
    if to == Stage.GANADO:
        return LeadStatus.CONVERTED
    if to == Stage.PERDIDO:
        return LeadStatus.LOST
    if status == LeadStatus.CONVERTED and to == Stage.REFERIDOS:
        return status
    if status in {LeadStatus.CONVERTED, LeadStatus.LOST}:
        return warmth(score)
    return status
