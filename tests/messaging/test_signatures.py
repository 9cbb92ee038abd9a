"""Twilio's signature: what its own SDK says of a request is what we say."""

import random
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from twilio.request_validator import RequestValidator

from messaging.inbound.signatures import Keys, is_twilios, keys

FORM = [("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("From", "+14158675309"), ("To", "+18005551212"), ("Caller", "+14158675309")]  # fmt: skip
TWICE = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
CALL = [("CallSid", "CA1234567890ABCDE"), ("Caller", "+12349013030"), ("From", "+12349013030"), ("Digits", "1234"), ("To", "+18005551212")]  # fmt: skip
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
JSON = b'{"property": "value", "boolean": true}'
HASHED = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
SHA1, SHA256 = Keys("HMAC_SHA1", ["12345"]), Keys("HMAC_SHA256", ["12345"])
PUBLISHED = [
    (URL, FORM, SHA1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (URL.replace(".com", ".com:1234"), FORM, SHA1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (URL.replace(".com", ".com:443"), FORM, SHA1, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    (URL, FORM, SHA1, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    (URL.replace("https", "http"), FORM, SHA1, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    (URL.replace("https", "http").replace(".com", ".com:80"), FORM, SHA1, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    (URL.replace("https", "http").replace(".com", ".com:1234"), FORM, SHA1, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    (URL, TWICE, SHA1, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    (URL, FORM, SHA256, "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="),
    ("wss://phone.example.net/relay/fixture", [], SHA1, "WsTV5ZFt90aewyLxea2KGAHOx/U="),
    ("https://example.com/myapp", CALL, SHA1, "NGAgWNhdnsLF8j385frvrQoi9sg="),
    (
        "https://ejemplo.cl/hook",
        [("Body", "Hola, ¿está disponible el depto en Ñuñoa?"), ("From", "whatsapp:+56912345678")],
        SHA1,
        "rGkC2Hhds/dwXaX3WEnwpzKHt3c=",
    ),
]


@pytest.mark.parametrize(("url", "fields", "known", "signature"), PUBLISHED)
def test_a_published_signature_counts(url, fields, known, signature):
    assert is_twilios(url, signature, known, fields=fields)


def test_a_body_of_json_counts_by_its_hash():
    signature = "a9nBmqA0ju/hNViExpshrM61xv4="
    assert is_twilios(HASHED, signature, SHA1, body=JSON)
    assert not is_twilios(HASHED, signature, SHA1, body=JSON + b" ")
    assert not is_twilios(URL, signature, SHA1, body=JSON)


@pytest.mark.parametrize(
    ("url", "fields", "known", "signature"),
    [
        (URL, FORM[:-1], SHA1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, [*FORM, ("Extra", "")], SHA1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL.replace("https", "http"), FORM, SHA1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL + "x", FORM, SHA1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, FORM, SHA1, "SSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, FORM, SHA1, ""),
        (URL, FORM, SHA1, "ñ\ud800"),
        (URL, FORM, Keys("HMAC_SHA1", ["12346"]), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, FORM, Keys("HMAC_SHA1", ["", ""]), RequestValidator("").compute_signature(URL, dict(FORM))),
        (URL, FORM, Keys("HMAC_MD5", ["12345"]), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://x:port/", FORM, SHA1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ],
)
def test_whatever_is_changed_counts_no_more(url, fields, known, signature):
    assert not is_twilios(url, signature, known, fields=fields)


def test_either_token_counts_while_one_is_changed_for_another():
    known = keys({"auth_token": "nuevo", "previous_auth_token": "12345"}, "")
    assert is_twilios(URL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", known, fields=FORM)


def test_a_shared_key_counts_only_under_the_name_the_account_knows():
    signature, header = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    pinned = {"shared_key_id": "webhooks_sharedkey_1", "shared_key": "12345", "auth_token": "otro"}
    assert is_twilios(URL, signature, keys(pinned, header), fields=FORM)
    assert not is_twilios(URL, signature, keys({**pinned, "shared_key_id": "otra"}, header), fields=FORM)
    assert not is_twilios(URL, signature, keys({"auth_token": "12345"}, header), fields=FORM)


def test_ten_thousand_random_requests_are_judged_as_the_official_validator_does():
    chance = random.Random(20261125)
    agreed = {True: 0, False: 0}
    for _number in range(10_000):
        url, fields, body, algorithm, signature = _request(chance)
        theirs = _official(url, fields, body, algorithm, signature)
        ours = is_twilios(url, signature, Keys(algorithm, ["12345"]), fields=fields, body=body)
        assert ours is theirs, (url, fields, body, algorithm, signature)
        agreed[ours] += 1
    assert min(agreed.values()) > 2_000, agreed


def _official(url, fields, body, algorithm, signature):
    validator = RequestValidator("12345")
    params = QueryDict(urlencode(fields)) if body is None else body.decode()
    return validator.validate(url, params, signature, algorithm)


LETTERS = "aZ09 +:/?&=%-_.ñÁ漢😀\n\t"


def _text(chance, most=12):
    return "".join(chance.choices(LETTERS, k=chance.randrange(most)))


def _request(chance):
    """A request that Twilio may have signed, or nearly."""
    scheme = chance.choice(["https", "http", "wss"])
    port = chance.choice(["", "", ":443", ":80", ":8443"])
    query = chance.choice(["", f"?{urlencode({'a': _text(chance)})}", "?x", "?"])
    url = f"{scheme}://ejemplo.cl{port}/hook/{chance.randrange(99)}{query}"
    algorithm = chance.choice(["HMAC_SHA1", "HMAC_SHA256"])
    names = [_text(chance, 6) or "x" for _ in range(4)]
    fields = [(chance.choice(names), _text(chance)) for _ in range(chance.randrange(8))]
    body = None
    if chance.random() < 0.2:
        fields, body = [], _text(chance, 60).encode()
        url += ("&" if "?" in url else "?") + "bodySHA256=" + sha256(body).hexdigest()
    signed, signer = url, RequestValidator("12345" if chance.random() < 0.85 else "54321")
    if chance.random() < 0.3:
        signed = url.replace(port, "") if port else url.replace("ejemplo.cl", "ejemplo.cl:443")
    told = QueryDict(urlencode(fields)) if body is None else {}
    signature = signer.compute_signature(signed, told, algorithm)
    spoil = chance.random()
    if spoil < 0.1:
        fields = [*fields, ("Más", _text(chance))]
    elif spoil < 0.2 and body is not None:
        body += b" "
    elif spoil < 0.3:
        signature = signature[:-2] + "A="
    return url, fields, body, algorithm, signature
