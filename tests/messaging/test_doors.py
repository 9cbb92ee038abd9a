"""The doors providers knock at: whoever is not who they say leaves nothing behind, and nothing breaks them."""

import json
import random
import time
from contextlib import contextmanager
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from twilio.request_validator import RequestValidator

from messaging.models import ProviderEvent
from tests.messaging import inbound_tools as tools

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(inside, broker, other_broker):
    """How many events are kept, of whatever brokerage."""

    def count():
        total = 0
        for one in (broker, other_broker):
            with inside(one):
                total += ProviderEvent.objects.count()
        return total

    return count


def test_a_repeat_is_kept_once(client, make_twilio, make_telegram, kept):
    whatsapp, telegram = make_twilio(), make_telegram()
    for _time in range(10):
        assert tools.post_twilio(client, whatsapp, tools.whatsapp()).status_code == 200
        assert tools.post_twilio(client, whatsapp, tools.status(), path="/status", query="?a=1").status_code == 204
        assert tools.post_telegram(client, telegram, tools.update()).status_code == 204
    assert kept() == 3


def test_the_answer_to_an_inbound_message_is_an_empty_document(client, make_twilio):
    response = tools.post_twilio(client, make_twilio(), tools.whatsapp())
    assert (response["Content-Type"], response.content) == ("text/xml", b"<Response/>")


def test_a_signed_in_person_of_another_brokerage_opens_the_same_door(client_for, charlie, make_twilio, kept):
    assert tools.post_twilio(client_for(charlie), make_twilio(), tools.whatsapp()).status_code == 200
    assert kept() == 1


FORGERIES = {
    "unsigned": lambda chance, url, fields: (fields, {}),
    "empty": lambda chance, url, fields: (fields, {"X-Twilio-Signature": ""}),
    "random": lambda chance, url, fields: (fields, _signed("x" * chance.randrange(1, 60))),
    "flipped": lambda chance, url, fields: (fields, _signed(_flipped(chance, _right(url, fields)))),
    "other token": lambda chance, url, fields: (fields, _signed(_right(url, fields, f"{tools.AUTH_TOKEN}x"))),
    "empty token": lambda chance, url, fields: (fields, _signed(_right(url, fields, ""))),
    "other url": lambda chance, url, fields: (fields, _signed(_right(url + "/", fields))),
    "other scheme": lambda chance, url, fields: (fields, _signed(_right(url.replace("http:", "https:"), fields))),
    "field added": lambda chance, url, fields: ({**fields, "Extra": "1"}, _signed(_right(url, fields))),
    "field dropped": lambda chance, url, fields: (_without(chance, fields), _signed(_right(url, fields))),
    "field changed": lambda chance, url, fields: (_changed(chance, fields), _signed(_right(url, fields))),
    "other account": lambda chance, url, fields: _other_account(url, fields),
    "no account": lambda chance, url, fields: _no_account(url, fields),
    "stranger's key": lambda chance, url, fields: (fields, _with_key(url, fields)),
    "other hash": lambda chance, url, fields: (fields, _signed(_right(url, fields)) | {tools.SETTINGS: "algorithm=HMAC_SHA256"}),
}  # fmt: skip


def _signed(signature):
    return {"X-Twilio-Signature": signature}


def _right(url, fields, token=tools.AUTH_TOKEN, algorithm=None):
    return RequestValidator(token).compute_signature(url, fields, algorithm)


def _flipped(chance, signature):
    place = chance.randrange(len(signature) - 2)
    return signature[:place] + ("A" if signature[place] != "A" else "B") + signature[place + 1 :]


def _without(chance, fields):
    gone = chance.choice([name for name, value in fields.items() if value])
    return {name: value for name, value in fields.items() if name != gone}


def _changed(chance, fields):
    return {**fields, chance.choice(list(fields)): "otro valor"}


def _other_account(url, fields):
    told = {**fields, "AccountSid": "AC" + "b" * 32}
    return told, _signed(_right(url, told))


def _no_account(url, fields):
    told = {name: value for name, value in fields.items() if name != "AccountSid"}
    return told, _signed(_right(url, told))


def _with_key(url, fields):
    signed = _signed(_right(url, fields, "una clave", "HMAC_SHA256"))
    return signed | {tools.SETTINGS: "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}


@pytest.mark.parametrize("kind", FORGERIES)
def test_five_thousand_forged_requests_are_refused_and_leave_nothing(kind, client, make_twilio, kept):
    account, chance = make_twilio(), random.Random(kind)
    for number in range(tools.MANY_FORGED // len(FORGERIES) + 1):
        is_status = chance.random() < 0.5
        fields = tools.status(number) if is_status else tools.whatsapp(number)
        where = f"/webhooks/whatsapp/twilio/{account.token}" + ("/status?a=1" if is_status else "")
        told, headers = FORGERIES[kind](chance, settings.PUBLIC_URL + where, fields)
        response = client.post(where, urlencode(told), content_type=tools.FORM, headers=headers)
        assert response.status_code == 403, (kind, number)
    assert kept() == 0


@pytest.mark.parametrize("secret", [None, "", "otro", tools.SECRET[:-1], tools.SECRET + "x", tools.SECRET.upper(), "ñ"])
def test_an_update_without_the_secret_is_refused(secret, client, make_telegram, kept):
    assert tools.post_telegram(client, make_telegram(), tools.update(), secret=secret).status_code == 403
    assert kept() == 0


def test_a_signature_counts_at_its_own_address_only(client, make_twilio, make_telegram, other_broker, kept):
    ours, theirs = make_twilio(address="+561"), make_twilio(in_broker=other_broker, address="+562")
    where = f"{settings.PUBLIC_URL}/webhooks/whatsapp/twilio/{theirs.token}"
    signature = RequestValidator(tools.AUTH_TOKEN).compute_signature(where, tools.whatsapp())
    assert tools.post_twilio(client, ours, tools.whatsapp(), signature=signature).status_code == 403
    bot = make_telegram()
    for path in (
        f"/webhooks/telegram/{ours.token}",
        f"/webhooks/whatsapp/twilio/{bot.token}",
        "/webhooks/telegram/nadie",
    ):
        headers = {"X-Telegram-Bot-Api-Secret-Token": tools.SECRET}
        answer = client.post(path, json.dumps(tools.update()), content_type="application/json", headers=headers)
        assert answer.status_code == 403
    assert kept() == 0


def test_an_account_that_is_off_hears_nothing(client, make_twilio, kept):
    assert tools.post_twilio(client, make_twilio(is_active=False), tools.whatsapp()).status_code == 403
    assert kept() == 0


def test_the_address_is_ours_whatever_the_request_claims(client, make_twilio, kept):
    """A forged host changes nothing: neither does it make a right signature wrong, nor a wrong one right."""
    account = make_twilio()
    claims = {"X-Forwarded-Host": "malo.example", "X-Forwarded-Proto": "https", "Forwarded": "host=malo.example"}
    assert tools.post_twilio(client, account, tools.whatsapp(), headers=claims).status_code == 200
    where = f"https://malo.example/webhooks/whatsapp/twilio/{account.token}"
    signature = RequestValidator(tools.AUTH_TOKEN).compute_signature(where, tools.whatsapp(2))
    again = tools.post_twilio(client, account, tools.whatsapp(2), signature=signature, headers=claims)
    assert (again.status_code, kept()) == (403, 1)


def test_a_field_with_two_values_is_refused_though_it_is_signed(client, make_twilio, kept):
    account = make_twilio()
    where = f"/webhooks/whatsapp/twilio/{account.token}"
    pairs = [*tools.whatsapp().items(), ("Body", "otro"), ("From", "whatsapp:+56900000000")]
    text = "".join(name + value for name, value in sorted(set(pairs)))
    signature = RequestValidator(tools.AUTH_TOKEN).compute_signature(settings.PUBLIC_URL + where + text, {})
    answer = client.post(where, urlencode(pairs), content_type=tools.FORM, headers=_signed(signature))
    assert (answer.status_code, kept()) == (400, 0)


BODIES = {
    "no form": (b"\xff\xfe%ff", 400),
    "NUL": (b"Body=a\x00b", 400),
    "many fields": ("&".join(f"f{number}=1" for number in range(10_000)).encode(), 400),
    "large": (b"Body=" + b"x" * 3_000_000, 413),
    "empty": (b"", 403),
    "percent": (b"%=%&&=;%zz", 403),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_none_is_answered_at_once(name, client, make_twilio, make_telegram, kept):
    body, status = BODIES[name]
    bot, account = make_telegram(), make_twilio()
    begun = time.process_time()
    answer = client.post(
        f"/webhooks/whatsapp/twilio/{account.token}", body, content_type=tools.FORM, headers=_signed("x")
    )
    assert time.process_time() - begun < 0.5
    assert answer.status_code == status
    assert tools.post_telegram(client, bot, body).status_code in {400, 413}
    assert kept() == 0


def test_a_packed_body_is_not_unpacked(client, make_twilio):
    answer = tools.post_twilio(client, make_twilio(), tools.whatsapp(), headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "document",
    ["", "x", "[]", "null", '"texto"', "{}", '{"update_id": "1"}', '{"update_id": true}', '{"update_id": NaN}', "[" * 100_000,
     '{"update_id": 1, "n": ' + "9" * 5_000 + "}", '{"update_id": 1, "n": 1e999}', '{"a":' * 200 + "1" + "}" * 200],
)  # fmt: skip
def test_an_update_that_is_none_is_400(document, client, make_telegram, kept):
    assert tools.post_telegram(client, make_telegram(), document).status_code == 400
    assert kept() == 0


@pytest.mark.parametrize(
    "message",
    [None, 1, [], {}, {"chat": 1}, {"chat": {"id": "x", "type": "private"}}, {"chat": {"id": 1, "type": "group"}, "text": "x"},
     {"chat": {"id": 1, "type": "private"}, "from": 1, "message_id": 1}, {"text": 7, "photo": "x", "contact": []},
     tools.update(5, text={"a": 1})["message"], tools.update(6, photo=[1], document=7, location="x", contact=3)["message"],
     {"chat": {"id": 10**30, "type": "private"}, "from": {"id": 1}, "message_id": 10**30, "date": 10**30}],
)  # fmt: skip
def test_an_update_of_an_odd_shape_is_kept_and_stops_nobody(message, client, make_telegram, apply_all, inside, broker):
    assert tools.post_telegram(client, make_telegram(), {"update_id": 7, "message": message}).status_code == 204
    apply_all()
    with inside(broker):
        assert ProviderEvent.objects.get().applied_at is not None


def test_what_no_database_keeps_is_replaced(client, make_telegram, apply_all, inside, broker):
    from messaging.models import Message

    update = json.dumps(tools.update(1, "hola \x00 \ud83d y \U0001f600"))
    assert tools.post_telegram(client, make_telegram(), update).status_code == 204
    apply_all()
    with inside(broker):
        assert Message.objects.get().body == "hola \ufffd \ufffd y \U0001f600"


def test_a_database_that_is_away_is_503(client, make_twilio, kept):
    account = make_twilio()
    with _database_away():
        answer = tools.post_twilio(client, account, tools.whatsapp())
    assert (answer.status_code, answer["Retry-After"], kept()) == (503, "30", 0)


@contextmanager
def _database_away():
    """Every statement fails, as it does when the server is gone."""

    def gone(execute, sql, params, many, context):
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(gone), mock.patch.object(connection, "set_rollback"):
        yield


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_nobody_comes_in_otherwise_than_by_post(method, client, make_twilio):
    assert getattr(client, method)(f"/webhooks/whatsapp/twilio/{make_twilio().token}").status_code == 405
