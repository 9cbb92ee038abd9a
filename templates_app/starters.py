"""The texts a brokerage begins with: short, warm, and with the way out where they sell something."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Broker
from core import audit, tenancy
from core.actors import Actor
from crm.enums import ConsentPurpose
from templates_app.enums import AgentType, TemplateChannel
from templates_app.models import Template, TemplateVersion

MOST_WORDS = 50
_OUT = "Responde BAJA y no te escribo más."
_OUT_MAIL = "Para no recibir más correos: {{ unsubscribe_link }}"
_NEW = {"first_name": "qué tal", "agent_name": "el equipo"}
_KNOWN = {"first_name": "de nuevo", "property_type": "propiedad", "location": "tu zona"}


@dataclass(frozen=True, slots=True)
class Starter:
    """One text in the channels it makes sense in; without `subject` there is no mail of it."""

    key: str
    name: str
    agent_type: AgentType
    body: str
    subject: str = ""
    sells: bool = False
    fallbacks: tuple[tuple[str, str], ...] = tuple(_KNOWN.items())

    @property
    def purpose(self) -> ConsentPurpose:
        """What consent it needs."""
        return ConsentPurpose.MARKETING if self.sells else ConsentPurpose.TRANSACTIONAL

    def texts(self) -> Iterator[tuple[TemplateChannel, str, str]]:
        """(channel, subject, body) of each."""
        chat = f"{self.body} {_OUT}" if self.sells else self.body
        yield TemplateChannel.WHATSAPP, "", chat
        yield TemplateChannel.TELEGRAM, "", chat
        if self.subject:
            out = f"\n\n{_OUT_MAIL}" if self.sells else ""
            yield TemplateChannel.EMAIL, self.subject, f"{self.body}\n\n{{{{ broker_name }}}}{out}"


STARTERS = (
    Starter(
        "greeting",
        "Saludo",
        AgentType.PERFILADOR,
        "¡Hola {{ first_name }}! Te escribe {{ agent_name }} de {{ broker_name }}. Recibimos tu consulta y quiero "
        "ayudarte a encontrar lo que buscas. ¿Me cuentas por aquí qué tienes en mente, o prefieres que te llame?",
        "Recibimos tu consulta",
        fallbacks=tuple(_NEW.items()),
    ),
    Starter(
        "interest",
        "Qué buscas",
        AgentType.PERFILADOR,
        "Hola {{ first_name }}, vi que buscas {{ property_type }} en {{ location }}. Para mostrarte solo lo que te "
        "sirve: ¿qué presupuesto manejas y para cuándo te gustaría cambiarte? Con eso te preparo opciones.",
        "Tu búsqueda en {{ location }}",
    ),
    Starter(
        "reminder_24h",
        "Recordatorio de visita, un día antes",
        AgentType.AGENDADOR,
        "Hola {{ first_name }}, te recuerdo nuestra visita: {{ appointment_date }} a las {{ appointment_time }}, en "
        "{{ appointment_place }}. Responde SÍ para confirmar, o dime si prefieres otro horario. ¡Nos vemos!",
        "Tu visita: {{ appointment_date }}, {{ appointment_time }}",
    ),
    Starter(
        "reminder_1h",
        "Recordatorio de visita, una hora antes",
        AgentType.AGENDADOR,
        "¡Hola {{ first_name }}! En una hora nos vemos en {{ appointment_place }}, a las {{ appointment_time }}. Si "
        "vas con retraso o algo cambió, avísame por aquí sin problema.",
    ),
    Starter(
        "no_answer",
        "Sin respuesta",
        AgentType.SEGUIMIENTO,
        "Hola {{ first_name }}, te escribí hace unos días y quizás no era buen momento. ¿Sigues buscando "
        "{{ property_type }} en {{ location }}? Si quieres, te envío tres opciones.",
        "¿Sigues buscando en {{ location }}?",
        sells=True,
    ),
    Starter(
        "post_visit",
        "Después de la visita",
        AgentType.SEGUIMIENTO,
        "Hola {{ first_name }}, gracias por venir a la visita. ¿Qué te pareció? Cuéntame qué te gustó y qué no: con "
        "eso afino la búsqueda, o vemos los pasos que siguen.",
        "¿Qué te pareció la visita?",
    ),
    Starter(
        "no_show",
        "No llegó a la visita",
        AgentType.AGENDADOR,
        "Hola {{ first_name }}, esta vez no alcanzamos a vernos. No pasa nada: dime qué día y a qué hora te acomoda, "
        "y lo dejo agendado.",
        "¿Buscamos otro horario?",
    ),
    Starter(
        "inactive",
        "Hace tiempo que no hablamos",
        AgentType.SEGUIMIENTO,
        "Hola {{ first_name }}, hace un tiempo que no conversamos. Llegaron propiedades en {{ location }} que podrían "
        "gustarte. ¿Te las envío?",
        "Propiedades nuevas en {{ location }}",
        sells=True,
    ),
    Starter(
        "referral",
        "Pedir un referido",
        AgentType.SEGUIMIENTO,
        "Hola {{ first_name }}, fue un gusto acompañarte. Si alguien cercano busca propiedad, cuéntame y le ayudo con "
        "el mismo cariño. ¡Gracias por confiar en {{ broker_name }}!",
        "Gracias por confiar en {{ broker_name }}",
        sells=True,
    ),
    Starter(
        "win_back",
        "Volver a intentarlo",
        AgentType.SEGUIMIENTO,
        "Hola {{ first_name }}, sé que en su momento no resultó. Hoy hay opciones de {{ property_type }} en "
        "{{ location }} que antes no estaban. ¿Conversamos diez minutos, sin compromiso?",
        "Nuevas opciones en {{ location }}",
        sells=True,
    ),
)


def lacking() -> list[tuple[Starter, TemplateChannel, str, str]]:
    """The texts the brokerage never had and whose name is free; one statement."""
    rows = Template.objects.filter(language="es").values_list("starter", "channel", "name", "archived_at")
    had = {(key, channel) for key, channel, _name, _at in rows if key}
    named = {(name, channel) for _key, channel, name, archived in rows if archived is None}
    return [
        (starter, channel, subject, body)
        for starter in STARTERS
        for channel, subject, body in starter.texts()
        if (starter.key, channel) not in had and (starter.name, channel) not in named
    ]


def install(*, by: Actor, now: datetime) -> int:
    """Give the brokerage the texts it lacks; says how many. A repeat adds none, and what was archived stays so."""
    with audit.by(by), transaction.atomic():
        Broker.objects.select_for_update().get(pk=tenancy.current())  # two presses of the button are one
        missing = lacking()
        made = Template.objects.bulk_create(
            Template(
                name=starter.name,
                channel=channel,
                purpose=starter.purpose,
                agent_type=starter.agent_type,
                starter=starter.key,
                created_at=now,
                updated_at=now,
                **by.columns(),
            )
            for starter, channel, _subject, _body in missing
        )
        TemplateVersion.objects.bulk_create(
            TemplateVersion(
                template=template,
                number=1,
                subject=subject,
                body=body,
                fallbacks=dict(starter.fallbacks),
                created_at=now,
                **by.columns(),
            )
            for template, (starter, _channel, subject, body) in zip(made, missing, strict=True)
        )
    return len(made)
