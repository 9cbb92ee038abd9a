import pytest

from core.redaction import redact


@pytest.mark.parametrize(
    "text",
    [
        "llamar a +56 9 8765 4321 hoy",
        "llamar al 987654321",
        "escribir a ana.rojas@correo.cl",
        "Authorization: Bearer abc.def",
        "la llave corr_AbCdEf123456 sirve",
    ],
)
def test_personal_data_and_keys_never_reach_a_line(text):
    line = redact(None, "info", {"event": text})["event"]
    assert "[…]" in line
    assert not {"4321", "987654321", "ana.rojas", "abc.def", "AbCdEf123456"} & set(line.split())


def test_private_fields_are_masked_whole_and_searches_are_cut():
    line = redact(None, "info", {"event": "x", "phone_raw": "2345", "request": "GET /leads/?q=Ana Rojas"})
    assert line == {"event": "x", "phone_raw": "[…]", "request": "GET /leads/"}


def test_what_is_not_personal_stays():
    line = {"event": "request_finished", "code": 200, "timestamp": "2026-11-22T14:53:00.825636Z", "broker_id": 12}
    assert redact(None, "info", dict(line)) == line


def test_the_row_that_postgresql_refuses_is_not_shown():
    error = 'violates check constraint "x"\nDETAIL:  Failing row contains (7, Ana Rojas, Ñuñoa).\nCONTEXT: z'
    assert redact(None, "error", {"event": error})["event"] == 'violates check constraint "x"\nDETAIL:[…]\nCONTEXT: z'
