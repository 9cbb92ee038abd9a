"""A letter as an e-mail: text and HTML, a stable Message-ID, one click to unsubscribe; nothing typed makes a header."""

import re
from email.utils import formataddr

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from messaging.channels import message_id
from messaging.letters import Letter

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")
_MOST_NAME, _MOST_SUBJECT = 80, 250


class BadAddress(ValueError):
    """Not an address that mail can go to."""


def compose(letter: Letter) -> EmailMultiAlternatives:
    """The e-mail of a letter; raises BadAddress."""
    sender = address(letter.sender)
    made = EmailMultiAlternatives(
        subject=one_line(letter.subject)[:_MOST_SUBJECT],
        body=_text(letter.body),
        from_email=formataddr((one_line(letter.credentials.get("from_name", ""))[:_MOST_NAME], sender)),
        to=[address(letter.to)],
        reply_to=[address(letter.reply_to)] if letter.reply_to else None,
        headers=_headers(letter, sender),
    )
    if letter.html:
        made.attach_alternative(_text(letter.html), "text/html")
    return made


def address(text: str) -> str:
    """One plain address, its domain in ASCII; raises BadAddress."""
    local, _, domain = text.rpartition("@")
    try:
        found = f"{local}@{domain.encode('idna').decode('ascii')}"
        validate_email(found)
        found.encode("ascii")
    except (ValidationError, UnicodeError) as error:
        raise BadAddress(text) from error
    return found


def one_line(text: str) -> str:
    """A text that ends no header."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _text(text: str) -> str:
    return "".join(part for part in text if not "\ud800" <= part <= "\udfff").replace("\x00", "")


def _headers(letter: Letter, sender: str) -> dict[str, str]:
    found = {"Message-ID": message_id(letter.message, sender.rpartition("@")[2])}
    if letter.unsubscribe:
        found["List-Unsubscribe"] = f"<{one_line(letter.unsubscribe)}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058: mail programs show a button
    return found
