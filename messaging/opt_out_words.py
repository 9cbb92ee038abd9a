"""The words and phrases of messaging.opt_out, as they read without accents, case and marks."""

# ruff: noqa: E501 -- a pattern a line

import re

SINGLE = frozenset(
    word
    for line in (
        # Spanish
        "stop|baja|alto|parar|pare|paren|basta|cancelar|cancelen|eliminar|eliminarme|eliminenme|desuscribir",
        "desuscribirme|darme de baja|dar de baja|de baja|la baja|quiero la baja|no molestar|no molesten|no moleste",
        "no molestes|no escribir|no me escriban|no me escribas|no me escriba|no contactar|no llamar|no mas",
        "no mas mensajes|borrar|borrarme|borrenme|sacarme|saquenme|remover|cancelar suscripcion|baja lista",
        "stop mensajes|stop whatsapp|baja whatsapp|enviar baja|parar mensajes|alto mensajes|no quiero mas",
        # English
        "stopall|stop all|unsubscribe|unsubscribe me|cancel|quit|end|optout|opt out|opt me out|remove me|remove",
        "stop it|leave me alone|no more|no more messages|do not contact|do not disturb",
        # Portuguese
        "sair|pare de enviar|parem|cancelar inscricao|descadastrar|descadastre|descadastrem|remover inscricao",
        "nao perturbe|nao perturbar|nao me escreva|nao me escrevam|nao enviar|chega|sair da lista|me tire da lista",
    )
    for word in line.split("|")
)
"""Messages that are nothing else."""

AGAIN = frozenset({
    "alta", "start", "unstop", "darme de alta", "dar de alta", "suscribir", "suscribirme", "reactivar",
    "quiero volver a recibir", "voltar a receber",
})  # fmt: skip
"""Messages that take it back."""

FILLERS = (
    "por favor", "porfavor", "por fa", "porfa", "please", "pls", "plz", "muchas gracias", "gracias", "obrigado", "obrigada",
    "thank you", "thanks", "hola", "hello", "ola", "buenas", "buenos dias", "buenas tardes", "buenas noches", "ya", "ok",
)  # fmt: skip
"""Courtesies around them."""

_WHEN = (
    r"(?:antes|despues|hasta|hoy|manana|ahora|todavia|aun|tan|tarde|temprano|solo|por (?:la|las|el|aqui|aca|telefono|correo|"
    r"whats\w*|ahora|el momento)|a (?:la|las|los|esta|este|estas|mi (?:trabajo|oficina))|en (?:la|las|el|los|este|horario)|al|el|los|las|de noche|mientras|si|"
    r"before|after|until|till|on|in|at|today|tonight|tomorrow|yet|now|during|while|if|unless|"
    r"depois|ate|agora|amanha|hoje|ainda|pelo|pela|no|na|nos|nas|enquanto|se)\b"
)
"""A wish about when or where follows: that is no opt-out."""
_MORE = rf"(?:\s+(?:mas|nunca|nunca mas|jamas|mais|anymore|any more|again|ever)\b|(?!\s+{_WHEN}))"
_ESCRIBIR = r"(?:(?:escrib|insist)(?:an|as|a|ir)|(?:llam|contact|molest)(?:en|es|e|ar))"
_THINGS = (
    r"(?:mensajes?|correos?|mails?|e ?mails?|whats\w*|publicidad|promociones|promos|ofertas|llamadas?|spam|propaganda|"
    r"notificaciones|novedades|comunicaciones|newsletters?)"
)
_COISAS = r"(?:mensagens|mensagem|e ?mails?|promocoes|ofertas|propagandas?|ligacoes|spam|whats\w*)"
_LIST = r"(?:base|lista|listas|listado|registros?|contactos|grupo|cadastro|datos)"

PHRASES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(each)
    for each in (
        # Spanish: do not write to me
        rf"\bno (?:me|nos) (?:vuelv(?:an|as|a) a )?{_ESCRIBIR}(?:me)?\b{_MORE}",
        r"\bno (?:me|nos) (?:sigan?|sigas) (?:escribiendo|llamando|molestando|mandando|enviando|contactando)\b",
        rf"\bno (?:me|nos) (?:mand|envi)(?:en|es|e) (?:mas (?:{_THINGS}|nada|cosas)?|{_THINGS}\b{_MORE})",
        rf"\bno (?:quiero|deseo|queremos|deseamos) (?:recibir )?(?:mas |sus? |tus? |este tipo de )*{_THINGS}\b{_MORE}",
        rf"\bno (?:quiero|deseo) que (?:me|nos) (?:vuelvan a )?{_ESCRIBIR}\b{_MORE}",
        rf"\bno (?:quiero|deseo) (?:recibir )?(?:mas|ningun\w*) (?:informacion|{_THINGS})\b(?!\s+{_WHEN})",
        r"\bno (?:quiero|deseo) (?:recibir(?:los)? mas|seguir recibiendo|que me contacten)\b",
        rf"(?:^|\. )(?:por favor )?no (?:mas|mande mas|manden mas|envien mas) {_THINGS}\b",
        r"(?:^|\. )(?:por favor )?no moleste[ns]?(?: mas)?(?: por favor)?(?: \.|$)",
        rf"\b(?:basta|alto|stop) (?:de|con|a) (?:los |las |tantos |tantas |sus )?{_THINGS}\b",
        r"(?<!no )(?<!nunca )\b(?:dej|par)(?:a|e|en|es|ar) (?:ya )?de (?:escribir|llamar|molestar|mandar|enviar|contactar|acosar|insistir)(?:me|nos|le)?\b",
        # Spanish: take me off
        r"\b(?:dame|darme|deme|denme|danos|darnos|dar(?:me|nos)?|den(?:me|nos)|me den|me des|me de|me doy) de baja\b(?! (?:el|la|los|las|mi|un|una|del) )",
        r"\b(?:quiero|solicito|pido|deseo|necesito) (?:la |mi |darme de )?baja(?: (?:de|del) (?:la |esta |este |su |sus )*(?:lista|base|servicio de mensajes|mensajes|whats\w*|correos?))?(?: \.|$)",
        rf"\bbaja de (?:la |esta |su )?(?:{_LIST}|mensajes|correos|whats\w*)\b",
        rf"\b(?:elimin|borr|sac|saqu|quit|remuev|remov|retir)\w*(?: (?:me|mi numero|mi nombre|mi telefono|mi contacto|mis datos|mi correo|este numero))* (?:de|del) (?:\w+ ){{0,3}}{_LIST}\b",
        r"\b(?:elimin|borr)(?:a|e|en|ar|es) (?:todos )?(?:mi|mis|este) (?:numero|telefono|datos|contacto|correo|registro|informacion)\b",
        r"\b(?:quiero|como|para|necesito|puedo) (?:puedo |hago para )?(?:desuscribirme|desinscribirme|cancelar (?:la |mi )suscripcion)\b",
        r"\bcancel(?:ar|en|a|e) (?:la |mi )?suscripcion\b",
        # English
        r"(?<!dont )(?<!not )(?<!never )\b(?:stop|quit) (?:texting|messaging|calling|emailing|contacting|writing|sending|spamming|bothering)(?: to)?(?: me| us)?\b",
        rf"\b(?:dont|do not|never) (?:ever )?(?:text|message|call|contact|e ?mail|write|bother|disturb|spam)(?: to)?(?: me| us)\b{_MORE}",
        r"\b(?:remove|take|delete) me (?:from|off|out)\b",
        r"(?<!not )(?<!want to )(?<!dont )\b(?:unsubscribe|opt (?:me )?out)\b",
        r"\bwant to (?:unsubscribe|opt out)\b(?<!dont want to unsubscribe)(?<!not want to unsubscribe)",
        r"\bno more (?:messages|texts|e ?mails|calls|spam)\b",
        r"\b(?:dont|do not) want (?:any )?(?:more )?(?:of )?(?:your )?(?:messages|texts|e ?mails|calls|spam)\b",
        r"\b(?:delete|remove) my (?:number|data|contact|e ?mail|phone)\b",
        r"\bleave me alone\b",
        # Portuguese
        rf"\bnao (?:me|nos) (?:escrev|mand|envi|lig|contat|perturb|incomod)\w+\b(?: mais\b|(?: {_COISAS})?{_MORE})",
        rf"\bnao quer(?:o|emos) (?:mais )?(?:receber|{_COISAS})\b(?!\s+{_WHEN})",
        r"\b(?<!nao )par(?:e|em|a|ar) de (?:me )?(?:mandar|enviar|escrever|ligar|incomodar|contatar)\b",
        r"\b(?:me )?(?:tir|remov|exclu|descadastr)(?:e|em|a|am|ar)(?: me| meu numero| meus dados)? d(?:a|o|as|os|esta|este) (?:sua |seu )?(?:lista|cadastro|base|grupo)\b",
        r"\b(?:quero|como|favor) (?:me )?descadastrar\b|\bme descadastr\w+\b",
        r"\bcancel(?:ar|e|em) (?:a |minha )?inscricao\b",
        r"\bquero sair d(?:a|esta) lista\b",
    )
)
"""What says it inside a sentence, and nothing else."""

SOFTENERS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(each)
    for each in (
        r"\b(?:escrib|llam|mand|envi|contact)(?:a|e|en|an)(?:me|nos)\b",  # "no me llamen, escríbanme"
        r"\b(?:prefiero|mejor|solo|solamente|unicamente) (?:por|que me|a este|al|whats\w*|correo|mensajes?|llamadas?)\b",
        r"\b(?:call|text|e ?mail|write|message) me (?:instead|on|at|by|tomorrow|later)\b",
        r"\b(?:me (?:ligue|escreva|mande|chame))\b(?<!nao me ligue)(?<!nao me escreva)(?<!nao me mande)(?<!nao me chame)",
        r"\bsi no (?:me )?(?:escrib|contest|respond)\w+\b",
    )
)
"""What says in the same breath how one may write: then a person has to read it."""
