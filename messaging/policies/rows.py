"""The rows. Sources are named as they were read in 2026; `NO_HOURS` marks hours that are ours, not a law's."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

_WEEKDAYS, _TO_SATURDAY, _ALL = [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7]
NO_HOURS = "Horario prudente propio: la norma no fija uno."
_SERVICE = "Mensajes de servicio (visitas, respuestas, recordatorios) que la persona pidió o espera. " + NO_HOURS
_LONG_AGO = date(2020, 1, 1)

_MARKETING: dict[str, dict[str, Any]] = {
    "CL": {
        "days": _TO_SATURDAY,
        "opens": time(9),
        "closes": time(20),
        "consent": "opt_out",
        "registry": "No Molestar (SERNAC)",
        "registry_days": 1,
        "wording": "Di quién escribe y de qué se trata, y cómo dejar de recibir: «Responde BAJA para no recibir más».",
        "source": "Ley 19.496, art. 28 B (identificación, asunto y cómo suspender los envíos); SERNAC, No Molestar. "
        + NO_HOURS,
    },
    "CO": {
        "days": _TO_SATURDAY,
        "opens": time(8),
        "closes": time(19),
        "saturday_closes": time(15),
        "cap_count": 1,
        "cap_days": 7,
        "consent": "opt_in",
        "registry": "Registro de Números Excluidos (CRC)",
        "registry_days": 30,
        "wording": "Di quién escribe y cómo dejar de recibir.",
        "source": "Ley 2300 de 2023: lunes a viernes 7–19, sábado 8–15, nunca domingos ni festivos, solo canales "
        "autorizados. Se toma la lectura más estricta de la frecuencia: uno por semana.",
        "effective_from": date(2023, 10, 10),
    },
    "PE": {
        "days": _WEEKDAYS,
        "opens": time(9),
        "closes": time(20),
        "consent": "opt_in",
        "wording": "Di quién escribe y cómo revocar el consentimiento.",
        "source": "Ley 32323 (2025): consentimiento previo, expreso y por iniciativa de la persona, revocable. "
        + NO_HOURS,
        "effective_from": date(2025, 5, 10),
    },
    "MX": {
        "days": _TO_SATURDAY,
        "opens": time(9),
        "closes": time(20),
        "consent": "opt_out",
        "registry": "REPEP (PROFECO) o REUS (CONDUSEF)",
        "registry_days": 30,
        "wording": "Di quién escribe y cómo dejar de recibir.",
        "source": "Ley Federal de Protección al Consumidor y REPEP; LFPDPPP de 2025. " + NO_HOURS,
    },
    "AR": {
        "days": _TO_SATURDAY,
        "opens": time(9),
        "closes": time(20),
        "consent": "opt_out",
        "registry": "No Llame (AAIP)",
        "registry_days": 30,
        "wording": "La persona puede pedir el retiro o bloqueo de su nombre (Ley 25.326, art. 27).",
        "source": "Ley 26.951 (No Llame) y Ley 25.326, Disposición 4/2009. " + NO_HOURS,
    },
    "BR": {
        "days": _TO_SATURDAY,
        "opens": time(9),
        "closes": time(20),
        "saturday_closes": time(16),
        "consent": "opt_out",
        "registry": "Não Me Perturbe / Não Me Ligue (estadual)",
        "registry_days": 30,
        "wording": "Identifique quem escreve e como parar de receber: «Responda SAIR».",
        "source": "LGPD (Lei 13.709); Lei 17.334/2021 de São Paulo, que inclui WhatsApp e SMS. " + NO_HOURS,
    },
}

_CALLS: dict[str, dict[str, Any]] = {
    "CL": {
        "caller_prefixes": ["+56600", "+56809", "600", "809"],
        "source": "Subtel, Res. Ex. 286/2025: llamadas masivas o automatizadas, también con IA, solo desde 600 "
        "(solicitadas) u 809 (no solicitadas). " + NO_HOURS,
        "effective_from": date(2025, 8, 13),
    },
}
"""What is different for calls."""

_CHILE_COMING = {
    "country": "CL",
    "purpose": "marketing",
    **_MARKETING["CL"],
    "consent": "opt_in",
    "source": "Proyecto de ley, boletines 15.610 y 16.041 (en el Senado en 2026): consentimiento previo, expreso y "
    "específico para llamadas y mensajería. Todavía no rige.",
    "effective_from": None,
}


def rows() -> Iterator[dict[str, Any]]:
    """Every row, as the columns of ContactPolicy."""
    for country, marketing in _MARKETING.items():
        base = {"country": country, "purpose": "marketing", "channel": "", "effective_from": _LONG_AGO, **marketing}
        service = {
            "country": country,
            "purpose": "transactional",
            "channel": "",
            "days": _ALL,
            "opens": time(8),
            "closes": time(21),
            "holidays": True,
            "consent": "none",
            "source": _SERVICE,
            "effective_from": _LONG_AGO,
        }
        yield base
        yield service
        if calls := _CALLS.get(country):
            yield {**base, "channel": "call", **calls}
            yield {**service, "channel": "call", **calls}
    for channel in ("call", "whatsapp", "telegram"):
        yield {**_CHILE_COMING, "channel": channel}
