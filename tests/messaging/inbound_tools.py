"""Requests as providers make them, signed with the official SDK."""

import json
import os
from urllib.parse import urlencode

from django.conf import settings
from twilio.request_validator import RequestValidator

SID = "AC" + "a" * 32
AUTH_TOKEN = "un-token-de-twilio"
SECRET = "un-secreto-de-telegram"
FORM = "application/x-www-form-urlencoded"


def ref(number):
    """A message's name at Twilio."""
    return f"SM{number:032x}"


def whatsapp(number=1, body="Hola", *, phone="56987654321", **extra):
    """The fields of an inbound WhatsApp message."""
    return {
        "SmsMessageSid": ref(number), "NumMedia": "0", "ProfileName": "Ana Rojas", "MessageType": "text", "SmsSid": ref(number),
        "WaId": phone, "SmsStatus": "received", "Body": body, "To": "whatsapp:+56911111111", "NumSegments": "1",
        "ReferralNumMedia": "0", "MessageSid": ref(number), "AccountSid": SID, "From": f"whatsapp:+{phone}",
        "ApiVersion": "2010-04-01", **extra,
    }  # fmt: skip


def status(number=1, state="delivered", **extra):
    """The fields of a status callback."""
    return {"MessageSid": ref(number), "MessageStatus": state, "SmsSid": ref(number), "SmsStatus": state,
            "AccountSid": SID, "ApiVersion": "2010-04-01", "To": "whatsapp:+56987654321", "From": "whatsapp:+56911111111", **extra}  # fmt: skip


def post_twilio(client, account, fields, *, path="", query="", token=AUTH_TOKEN, signature=None, headers=None):
    """One POST of Twilio's, signed with the token."""
    where = f"/webhooks/whatsapp/twilio/{account.token}{path}{query}"
    signed = RequestValidator(token).compute_signature(settings.PUBLIC_URL + where, fields)
    wanted = {"X-Twilio-Signature": signed if signature is None else signature, **(headers or {})}
    return client.post(where, urlencode(fields), content_type=FORM, headers=wanted)


def update(number=1, text="Hola", *, chat=77, **extra):
    """An update of Telegram's with a private message."""
    sender = {"id": chat, "is_bot": False, "first_name": "Ana", "last_name": "Rojas", "language_code": "es"}
    message = {"message_id": number, "from": sender, "chat": {"id": chat, "type": "private", "first_name": "Ana"},
               "date": 1_700_000_000, "text": text, **extra}  # fmt: skip
    return {"update_id": number, "message": message}


def post_telegram(client, account, document, *, secret=SECRET):
    """One POST of Telegram's."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
    body = document if isinstance(document, str | bytes) else json.dumps(document)
    return client.post(f"/webhooks/telegram/{account.token}", body, content_type="application/json", headers=headers)


SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
MANY_FORGED = int(os.environ.get("FORGED", "600"))
"""Forged requests in all; `FORGED=5000` for the whole number."""
