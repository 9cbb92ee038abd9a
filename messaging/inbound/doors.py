"""The doors providers knock at: public, without session or cookie, and so without CSRF token.

Who knocks is verified first, and refused with 403 and one line in the log; then what is told is kept, and answered at
once. A database that is away is 503: the provider comes again. Whatever strangers send, the answer is never a 500.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from io import BytesIO
from typing import Concatenate, ParamSpec

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import tenancy
from messaging import accounts
from messaging.enums import Provider
from messaging.inbound import bodies, mail, signatures, store, telegram, twilio
from messaging.inbound.bodies import Unreadable
from messaging.inbound.news import Told
from messaging.models import ChannelAccount

log = structlog.get_logger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Reader = Callable[[ChannelAccount, Mapping[str, str]], list[Told]]
_AGAIN_IN = "30"  # seconds


class Forged(Exception):
    """Not from whom it says; `why` is for the log."""


def door(view: View[P]) -> Callable[..., HttpResponse]:
    """Answer what can go wrong at any door."""

    @login_not_required
    @csrf_exempt
    @require_POST
    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Forged as error:
            log.warning("webhook_refused", why=str(error))
            return HttpResponse(status=HTTPStatus.FORBIDDEN)
        except Unreadable as error:
            log.warning("webhook_unreadable", why=str(error))
            return HttpResponse(status=error.status)
        except SuspiciousOperation:
            return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        except (OperationalError, InterfaceError):
            log.warning("webhook_without_database")
            return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": _AGAIN_IN})

    return opened


@door
def twilio_inbound(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody wrote by WhatsApp; the answer is an empty TwiML document, for ours comes later."""
    body = bodies.raw(request)
    _take(token, Provider.TWILIO, lambda _account, known: twilio.inbound(_from_twilio(request, body, known)))
    return HttpResponse("<Response/>", content_type="text/xml")


@door
def twilio_status(request: HttpRequest, token: str) -> HttpResponse:
    """Something became of a message; `a` in the address is our try."""
    body, attempt = bodies.raw(request), request.GET.get("a", "")
    _take(token, Provider.TWILIO, lambda _account, known: twilio.status(_from_twilio(request, body, known), attempt))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@door
def telegram_update(request: HttpRequest, token: str) -> HttpResponse:
    """An update of a bot; the secret in the header is the one its webhook was set with."""
    body = bodies.raw(request)

    def read(_account: ChannelAccount, known: Mapping[str, str]) -> list[Told]:
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not known.get("webhook_secret") or not signatures.is_same(shown, known["webhook_secret"]):
            raise Forged("telegram secret")
        return telegram.told(bodies.document(body))

    _take(token, Provider.TELEGRAM, read)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@door
def mail_event(request: HttpRequest, esp: str, token: str) -> HttpResponse:
    """What an e-mail provider tells; it signs in with the name and password of the address it was given."""
    body = bodies.raw(request, largest=mail.LARGEST)
    request._body = body  # noqa: SLF001 -- read already, for those who ask Django for it
    request._stream = BytesIO(body)  # noqa: SLF001

    def read(_account: ChannelAccount, known: Mapping[str, str]) -> list[Told]:
        secret = known.get("webhook_secret", "")
        if known.get("esp") != esp or not secret or not signatures.is_same(_password(request), secret):
            raise Forged("mail password")
        return mail.told(request, body, esp)

    _take(token, Provider.ANYMAIL, read)
    return HttpResponse(status=HTTPStatus.OK)


def _take(token: str, provider: Provider, read: Reader) -> None:
    """Find the account the address names, let `read` verify and understand, and keep what was told."""
    known = store.broker_of(token)
    if known is None:
        raise Forged("no such account")
    broker_id, account_id = known
    with tenancy.use(broker_id):
        account = ChannelAccount.objects.filter(pk=account_id, provider=provider).first()
        if account is None:
            raise Forged("another provider's account")
        store.keep(account, read(account, accounts.credentials_of(account)), now=timezone.now())


def _from_twilio(request: HttpRequest, body: bytes, credentials: Mapping[str, str]) -> dict[str, str]:
    """The fields of a request that Twilio signed, for the account we know.

    The address is the one we told Twilio, not the one the request claims to have come to.
    """
    url = settings.PUBLIC_URL + request.path
    if query := request.META.get("QUERY_STRING", ""):
        url += f"?{query}"
    found = bodies.fields(body)
    header = request.headers.get("X-Twilio-Webhooks-Signature-Settings", "")
    known, signature = signatures.keys(credentials, header), request.headers.get("X-Twilio-Signature", "")
    if not signatures.is_twilios(url, signature, known, fields=found):
        raise Forged("twilio signature")
    fields = bodies.single(found)
    if not signatures.is_same(fields.get("AccountSid", ""), credentials.get("account_sid", "")):
        raise Forged("another twilio account")
    return fields


def _password(request: HttpRequest) -> str:
    """What stands behind the colon of Basic authentication; empty when there is none."""
    scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
    try:
        told = base64.b64decode(packed, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        return ""
    return told.partition(":")[2]
