"""Three campaigns of the first brokerage, running: what they do from then on the engine does, nothing is made up.

A lead arrives when they run, so that the greeting goes out within seconds; the others take in who is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns import drafting, running, steps
from campaigns.enums import CampaignTrigger, ConditionKind, StepAction, WhenFalse
from core.actors import Actor
from crm import capture
from crm.enums import ConsentPurpose, Stage
from crm.models import CaptureForm
from templates_app import library
from templates_app.checking import Text
from templates_app.enums import AgentType, TemplateChannel
from templates_app.models import Template

_HOUR, _DAY = 60, 60 * 24  # in minutes, as delays are
_QUIET = [{"kind": ConditionKind.NOT_REPLIED.value}]
_INVITATION = library.Kind(
    name="Invitar a una visita",
    channel=TemplateChannel.WHATSAPP,
    purpose=ConsentPurpose.TRANSACTIONAL,
    agent_type=AgentType.AGENDADOR,
)
_INVITES = Text(
    "Hola {{ first_name }}, por lo que buscas hay dos propiedades en {{ location | default: 'tu zona' }} que vale la "
    "pena ver. ¿Te acomoda visitarlas esta semana? Dime qué día y te propongo una hora."
)


@dataclass(frozen=True, slots=True)
class Play:
    """A campaign of the demo: what it is, and its steps; a text is called by its template's name."""

    name: str
    description: str
    trigger: CampaignTrigger
    condition: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]
    audience: Mapping[str, Any] = field(default_factory=dict)
    goal: Stage = Stage.AGENDADO
    most: int | None = None


PLAYS = (
    Play(
        "Saludo al llegar",
        "Contesta en segundos a quien acaba de escribirnos, y avisa si no hay respuesta.",
        CampaignTrigger.STAGE_CHANGE,
        {"stage": Stage.ENTRADA.value},
        (
            {"text": "Saludo"},
            {"text": "Qué buscas", "delay_minutes": 3 * _HOUR, "conditions": _QUIET, "when_false": WhenFalse.STOP},
            {"note": "No contesta los mensajes: llámalo hoy.", "delay_minutes": _DAY},
        ),
    ),
    Play(
        "Retomar a quien se enfrió",
        "Tres intentos, cada vez más espaciados, con quien lleva más de dos semanas sin contacto.",
        CampaignTrigger.INACTIVITY,
        {
            "inactivity_days": 14,
            "stages": [Stage.PERFILAMIENTO.value, Stage.CALIFICACION_FINANCIERA.value, Stage.SEGUIMIENTO.value],
        },
        (
            {"text": "Hace tiempo que no hablamos"},
            {"text": "Sin respuesta", "delay_minutes": 3 * _DAY, "conditions": _QUIET},
            {"text": "Volver a intentarlo", "delay_minutes": 10 * _DAY, "conditions": _QUIET},
        ),
        most=8,
    ),
    Play(
        "Invitar a visitar a los mejores",
        "A los de mejor puntaje, una visita; si no responden en un día, se avisa a su responsable.",
        CampaignTrigger.LEAD_SCORE,
        {"score_min": 50},
        (
            {"text": _INVITATION.name},
            {"note": "Se le invitó a una visita y no ha respondido.", "delay_minutes": _DAY, "conditions": _QUIET},
        ),
        audience={"stage": [Stage.PERFILAMIENTO.value, Stage.CALIFICACION_FINANCIERA.value, Stage.SEGUIMIENTO.value]},
        most=6,
    ),
)
ARRIVES = {
    "name": "Carolina Sepúlveda", "phone_raw": "+56 9 0099 7788", "email": "carolina.sepulveda@correo.example",
    "location": "Ñuñoa", "operation": "compra",
}  # fmt: skip


def run(*, by: Actor, now: datetime) -> None:
    """Make them, begin them, and let somebody answer the public form."""
    library.create(_INVITATION, _INVITES, by=by, now=now)
    texts = {each.name: each for each in library.in_use(channel=TemplateChannel.WHATSAPP)}
    for play in PLAYS:
        _begin(play, texts, by, now)
    said = capture.Said(ARRIVES, message="¿Tienen departamentos de dos dormitorios cerca del metro?", agrees=True)
    capture.take(CaptureForm.objects.get(), said, now=now)


def _begin(play: Play, texts: Mapping[str, Template], by: Actor, now: datetime) -> None:
    wanted = drafting.Wanted(
        name=play.name,
        description=play.description,
        channel=TemplateChannel.WHATSAPP,
        trigger=play.trigger,
        condition=play.condition,
        audience=play.audience,
        goal=play.goal,
        max_contacts=play.most,
    )
    campaign = drafting.create(wanted, by=by, now=now)
    for each in play.steps:
        values = dict(each)
        if "text" in values:
            step = steps.Wanted(template=texts[values.pop("text")], **values)
        else:
            step = steps.Wanted(action=StepAction.NOTIFY_AGENT, **values)
        steps.add(campaign, step, by=by, now=now)
    running.activate(campaign, by=by, now=now)
