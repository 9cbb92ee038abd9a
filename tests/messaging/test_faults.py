"""Every code of the research's tables has its sentence, what to do and what follows; an unknown one says so."""

import re

import pytest

from messaging import faults
from messaging.enums import Provider
from messaging.faults import Effect, ours, providers_mail, providers_telegram, providers_twilio

TWILIO = [
    "11200",
    "11205",
    "11210",
    "12100",
    "12200",
    "12300",
    "13224",
    "13225",
    "13227",
    "21215",
    "20003",
    "20429",
    "21211",
    "21217",
    "21408",
    "21608",
    "21219",
    "21610",
    "21612",
    "21614",
    "21262",
    "21263",
    "30003",
    "30004",
    "30005",
    "30006",
    "30007",
    "30008",
    "30034",
    "30036",
    "63003",
    "63016",
    "63018",
    "63021",
    "63024",
    "63032",
    "63049",
    "63020",
    "64101",
    "64102",
    "64105",
    "64106",
    "64107",
    "64109",
    "sip_486",
    "sip_480",
    "sip_487",
    "sip_404",
    "sip_484",
    "sip_603",
    "sip_503",
]
EFFECTS = {
    ("twilio", "20003"): Effect.PAUSE_ACCOUNT,
    ("twilio", "21211"): Effect.BAD_ADDRESS,
    ("twilio", "21610"): Effect.OPTED_OUT,
    ("twilio", "30003"): Effect.WAIT,
    ("twilio", "63003"): Effect.OTHER_CHANNEL,
    ("twilio", "63016"): Effect.USE_TEMPLATE,
    ("twilio", "63032"): Effect.NEXT_DAY,
    ("twilio", "63049"): Effect.NEXT_DAY,
    ("twilio", "63021"): Effect.CHANGE_TEXT,
    ("telegram", "blocked"): Effect.OPTED_OUT,
    ("telegram", "chat_not_found"): Effect.BAD_ADDRESS,
    ("telegram", "bad_token"): Effect.PAUSE_ACCOUNT,
    ("smtp", "550 5.1.1"): Effect.BAD_ADDRESS,
    ("smtp", "552 5.2.2"): Effect.OTHER_CHANNEL,
    ("smtp", "550"): Effect.BAD_ADDRESS,
    ("smtp", "554 5.9.9"): Effect.CHANGE_TEXT,
    ("smtp", "535 5.7.8"): Effect.PAUSE_ACCOUNT,
    ("smtp", "451 4.7.1"): Effect.WAIT,
    ("anymail", "406"): Effect.BAD_ADDRESS,
    ("anymail", "complained"): Effect.OPTED_OUT,
}
ALL = [
    *((Provider.TWILIO, code) for code in {*TWILIO, *providers_twilio.FAULTS}),
    *((Provider.TELEGRAM, code) for code in providers_telegram.FAULTS),
    *((Provider.SMTP, code) for code in providers_mail.FAULTS),
    *((Provider.ANYMAIL, code) for code in providers_mail.FAULTS),
    *((Provider.TWILIO, code) for code in ours.FAULTS),
    *((Provider.SMTP, code) for code in ours.FAULTS),
]


@pytest.mark.parametrize(("provider", "code"), sorted(ALL))
def test_a_code_has_a_sentence_and_an_advice(provider, code):
    fault = faults.of(provider, code)
    for text in (str(fault.sentence), str(fault.advice)):
        assert re.fullmatch(r"[A-ZÁÉÍÓÚÑ].{7,140}\.", text), text
    assert "(código" not in str(fault.sentence)


@pytest.mark.parametrize(("known", "effect"), EFFECTS.items())
def test_a_code_means_something_for_us(known, effect):
    assert faults.of(*known).effect is effect


@pytest.mark.parametrize("provider", [*Provider.values, "nadie"])
def test_an_unknown_code_is_told_with_its_number(provider):
    fault = faults.of(provider, "99999")
    assert str(fault.sentence) == "El proveedor no aceptó el mensaje (código 99999)."
    assert fault.effect is Effect.NONE
    assert "dijo por qué" in str(faults.of(provider, "").sentence)
