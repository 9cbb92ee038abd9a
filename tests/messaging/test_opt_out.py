"""Who says stop is heard, in three languages; who says "no pares" is too."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import Actor
from crm import consent
from crm.enums import Channel, ConsentPurpose, ConsentState
from crm.models import Consent
from messaging import opt_out
from messaging.gate import Ruling, facts, judge
from messaging.models import Message
from tests.messaging.conftest import hear

STOPS = """
STOP | stop | Stop. | ¡STOP! | S T O P | s.t.o.p | stoooop | STOP 🛑 | stop stop stop | Stop por favor | STOPALL | BAJA | baja | Baja. | «Baja» | B A J A | BAJA 🙏
baja por favor | Baja, gracias | bája | ALTO | alto!!! | parar | PARAR | pare | Paren | ¡paren ya! | basta | Ya basta | cancelar | CANCELAR | Cancelar. | eliminar | Eliminarme
desuscribir | Desuscribirme por favor | darme de baja | dar de baja | quiero la baja | no molestar | No molesten | NO ME ESCRIBAN | no me escriban | No me escribas. | no me escriban mas
no me escriban más por favor | No más mensajes | no mas | Unsubscribe | UNSUBSCRIBE ME | quit | cancel | opt out | opt-out | Remove me | leave me alone | END
SAIR | sair | Sair, por favor | parem | descadastrar | cancelar inscrição | não perturbe | Não me escrevam | chega
Hola, por favor no me escriban más | no me llamen más, ya compré | Ya compré, no me contacten más. | No me molesten más con sus ofertas | por favor no me sigan escribiendo
no me manden más mensajes | No me envíen más correos por favor | no me envíen publicidad | No quiero recibir más mensajes | No quiero más publicidad, gracias
no deseo recibir promociones | No quiero que me contacten más | no quiero que me escriban nunca más | Les pido que no me escriban más | dejen de escribirme
DEJEN DE MOLESTAR | deja de mandarme mensajes | Por favor dejen de llamarme | paren de escribir | ¿Pueden dejar de enviarme mensajes? | denme de baja | Me pueden dar de baja? me dan de baja
Dame de baja de la lista | quiero darme de baja | Solicito la baja | quiero la baja de la lista | Sáquenme de su lista | sacame de la base de datos por favor | elimíname de tus contactos
eliminen mi número | Borren mis datos | borra mi número por favor | quiten mi número de su base | bórrenme de la lista | eliminar mis datos | retírenme de su listado
Quiero desuscribirme | cómo hago para desuscribirme | cancelar suscripción | cancelen mi suscripción | basta de mensajes | alto con los mensajes | No más publicidad por favor
Hola. No molesten más. | no mande más mensajes | Estoy aburrido, no me escriban más!! | ya no me interesa, denme de baja | Número equivocado, no me escriban más
please stop texting me | Stop messaging me | stop calling | Please stop sending me messages | Don't text me again | do not contact me | don’t call me anymore | DO NOT CALL ME
never contact me again | take me off your list | remove me from this list | please unsubscribe me | I want to unsubscribe | I'd like to opt out | No more messages please
I don't want your messages | don't want any more emails | delete my number | remove my data please | stop emailing us | leave me alone please
não me mande mais mensagens | Não me envie mais nada | nao me ligue mais | Por favor, não me escreva mais | não quero receber mensagens | Não quero mais receber | nao quero mais mensagens
pare de me mandar mensagem | parem de enviar | me tire da lista | me remova do cadastro | quero me descadastrar | cancelar a inscrição | quero sair da lista | não me incomode mais
"""
GOES_ON = """
no pares | no pares de escribirme | No dejes de avisarme | no dejen de escribirme | para mañana | Para cuándo sería? | para el lunes | cancelar la visita | Quiero cancelar la visita
cancela la cita de mañana por favor | Cancelar visita | ¿puedo cancelar la hora? | baja el precio | Si baja el precio me avisas | ¿Baja de precio? | la planta baja | está en la planta baja
¿los gastos comunes bajan? | el dormitorio de la planta alta | muy alto | el precio es muy alto | Es muy alta la cuota | Alto Las Condes | vivo en Alto Hospicio | el valor está alto, baja un poco
dar de baja la luz | ¿hay que dar de baja el contrato de arriendo? | tengo que dar de baja mi plan de internet | sacar el auto del estacionamiento | ¿me sacas de una duda? | quítame una duda
sácame de la duda | eliminar la bodega del precio | ¿se puede eliminar el muro? | borré el mensaje, ¿lo reenvías? | no me llames todavía | no me escriban antes de las 9
No me llamen hoy | no me llames ahora, estoy en reunión | no me llamen, escríbanme por aquí | Prefiero que me escribas, no me llames | no me escribas por correo, mejor por WhatsApp
no me contacten por teléfono | no me llamen al trabajo | no me escriban en la noche | no me manden la dirección todavía | no me envíen el contrato hasta el lunes
No quiero más información por ahora | no quiero molestar | perdón, no quise molestar | no me molesta | No me molesta para nada | si no molesta, ¿puedo ir hoy? | no me interesa | No gracias
No, gracias | ya no me interesa | no quiero | no puedo mañana | ya compré | Ya encontré, gracias | no estoy interesado | no estoy seguro | ¿Para qué es? | ok | sí | dale
No llegó el correo | no me llegó el mensaje | no me han llamado | nadie me llama | no me escribieron | ¿por qué no me escriben? | no me escribe nadie | ¿por qué no me contactan?
no quiero casa, quiero departamento | quiero parar un momento y pensarlo | ¿para parar dónde? | el bus para en la esquina | hay un paradero cerca | alta o baja | ¿está en alza o baja?
quiero vender mi departamento | sacar cuentas | elimina la opción de 3 dormitorios | borra esa opción | ¿cuánto baja el dividendo? | cancelé la deuda | ya cancelé la reserva | voy a cancelar en efectivo
don't stop | Don't stop sending me options | I can't stop thinking about it | the bus stop is near | is there a bus stop? | don't call me before 9 | Don't call me today | call me instead, don't text me
I don't want to unsubscribe | the price is too high | cancel the visit | can I cancel the appointment? | please don't cancel | end of the month | remove the parking from the price | I quit smoking
não pare | não para de chover | pare na esquina | para amanhã | cancelar a visita | não me ligue antes das 9 | não me ligue hoje | não me mande agora | quero sair mais cedo | sair do aluguel
não quero casa, quero apartamento | não quero | o preço baixa? | Não recebi a mensagem | alta temporada | ¿aceptan mascotas? | empecemos | start date? | ¿cuándo empieza? | el start up
si no me contestan hoy, busco otra | si no me escriben, voy mañana | Quiero que me llamen | llámenme más tarde | escríbanme mañana | mándame más mensajes con opciones | quiero más información
"""


def phrases(table):
    return [phrase.strip() for line in table.strip().splitlines() for phrase in line.split(" | ")]


@pytest.mark.parametrize("phrase", phrases(STOPS))
def test_who_says_no_more_is_heard(phrase):
    assert opt_out.is_opt_out(phrase)


@pytest.mark.parametrize("phrase", phrases(GOES_ON))
def test_who_says_something_else_is_heard_too(phrase):
    assert not opt_out.is_opt_out(phrase)


def test_the_tables_are_long_enough():
    assert len(phrases(STOPS)) + len(phrases(GOES_ON)) >= 200


@pytest.mark.parametrize(
    "phrase", ["ALTA", "alta", "Alta por favor", "START", "unstop", "A L T A", "¡ALTA!", "darme de alta"]
)
def test_again_takes_it_back(phrase):
    assert opt_out.is_opt_in(phrase)
    assert not opt_out.is_opt_out(phrase)


@pytest.mark.parametrize(
    "phrase", ["alta temporada", "la cuota es alta", "start date?", "", " ", "🙂", "no me den de alta"]
)
def test_other_words_take_nothing_back(phrase):
    assert not opt_out.is_opt_in(phrase)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "no " * 50_000, "(" * 5_000, "\u0301" * 5_000, "no me " * 2_000, "\x00 STOP"]
)
@pytest.mark.timeout(5)
def test_hostile_texts_take_no_time(text):
    opt_out.is_opt_out(text)


@pytest.fixture
def account(make_account):
    return make_account(is_default=True)


@pytest.fixture
def lead(make_lead):
    return make_lead(phone_raw="+56998248519")


def test_an_opt_out_is_confirmed_once_and_then_it_is_quiet(account, lead, broker, inside, write):
    now = timezone.now()
    with inside(broker):
        hear(lead, account, now)
        farewell = opt_out.leave(lead, "STOP", Channel.WHATSAPP, by=Actor.system(), now=now, account=account)
        assert opt_out.leave(lead, "STOP!!", Channel.WHATSAPP, by=Actor.system(), now=now, account=account) is None
        assert Message.objects.filter(direction="out").get() == farewell
        entries = Consent.objects.filter(lead=lead)
        assert {(each.purpose, each.channel, each.state) for each in entries} == {
            ("marketing", "", "revoked"),
            ("transactional", "", "revoked"),
        }
        assert entries[0].proof == {"said": "STOP", "channel": "whatsapp"}
        lead.refresh_from_db()
        assert lead.opted_out_at == now
        [known] = facts.of([farewell], hold=True)
        assert judge(known, now=now).ruling is Ruling.SEND
        another = write(lead, key="another")
        Message.objects.filter(direction="in", created_at__gt=now).delete()
        assert judge(facts.of([another])[0], now=now).reason.code == "refused_service"


def test_who_writes_again_is_answered_and_hears_no_promotions(account, lead, broker, inside, write, any_hour):
    now = timezone.now()
    with inside(broker):
        opt_out.leave(lead, "BAJA", Channel.WHATSAPP, by=Actor.system(), now=now - timedelta(hours=1), account=account)
    answer = write(lead, key="answer")
    promotion = write(lead, key="promotion", purpose=ConsentPurpose.MARKETING)
    with inside(broker):
        known = facts.of([answer, promotion])
        assert [judge(each, now=now).ruling for each in known] == [Ruling.SEND, Ruling.REFUSE]


def test_again_counts_where_it_was_said(account, lead, broker, inside):
    now = timezone.now()
    with inside(broker):
        assert opt_out.come_back(lead, "ALTA", Channel.WHATSAPP, by=Actor.system(), now=now) is None
        opt_out.leave(lead, "BAJA", Channel.WHATSAPP, by=Actor.system(), now=now, account=account)
        again = opt_out.come_back(
            lead, "ALTA", Channel.WHATSAPP, by=Actor.system(), now=now + timedelta(minutes=1), account=account
        )
        ledger = consent.states([lead.pk])[lead.pk]
        lead.refresh_from_db()
    assert "BAJA" in again.body
    assert ledger.of("marketing", "whatsapp").state == ConsentState.GRANTED
    assert ledger.of("marketing", "email").state == ConsentState.REVOKED
    assert lead.opted_out_at is None


def test_without_an_account_the_ledger_is_written_all_the_same(lead, broker, inside):
    with inside(broker):
        assert opt_out.leave(lead, "BAJA", Channel.WHATSAPP, by=Actor.system(), now=timezone.now()) is None
        assert Consent.objects.filter(lead=lead, state="revoked").count() == 2


def test_an_inbound_word_does_it_all(account, lead, broker, inside):
    now = timezone.now()
    with inside(broker):
        for body, asked, state in (
            ("Hola", False, "unknown"),
            ("Baja!", True, "revoked"),
            ("gracias", False, "revoked"),
            ("alta", False, "granted"),
        ):
            now += timedelta(minutes=1)
            hear(lead, account, now)
            message = Message.objects.filter(direction="in").latest("created_at")
            message.body = body
            assert opt_out.register(message, by=Actor.system(), now=now) is asked
            assert consent.states([lead.pk]).get(lead.pk, consent.EMPTY).of("marketing", "whatsapp").state == state
        assert Message.objects.filter(direction="out").count() == 2
