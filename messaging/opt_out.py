"""Words with which people say "no more messages", and "again", in Spanish, English and Portuguese, on any channel.

One word alone is enough; inside a sentence only what cannot mean anything else ("cancelar la visita" cancels a visit).
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from core import text as texts
from core.actors import Actor
from crm import consent
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from crm.models import Lead
from messaging import outbox
from messaging.drafts import Draft
from messaging.enums import Priority
from messaging.gate.permission import FAREWELL
from messaging.models import ChannelAccount, Message
from messaging.opt_out_words import AGAIN, FILLERS, PHRASES, SINGLE, SOFTENERS

_MOST = 1_000
"""Characters of a message that are read: who says stop says it soon."""
_EVERYTHING = (ConsentPurpose.MARKETING, ConsentPurpose.TRANSACTIONAL)
_CONFIRM_WITHIN = timedelta(hours=1)


def is_opt_out(text: str) -> bool:
    """Whether a message asks for no more messages."""
    return _reads(text[:_MOST])[0]


def is_opt_in(text: str) -> bool:
    """Whether a message takes that back: ALTA, START."""
    return _reads(text[:_MOST])[1]


def register(message: Message, *, by: Actor, now: datetime) -> bool:
    """Do what an inbound message asks for, if it is one of these words; returns whether it asked for no more."""
    at = max(now, message.created_at)  # what they say takes effect after they have said it, whose clock ever is late
    if is_opt_out(message.body):
        leave(message.lead, message.body, Channel(message.channel), by=by, now=at, account=message.account)
        return True
    if is_opt_in(message.body):
        come_back(message.lead, message.body, Channel(message.channel), by=by, now=at, account=message.account)
    return False


def leave(
    lead: Lead, text: str, channel: Channel, *, by: Actor, now: datetime, account: ChannelAccount | None = None
) -> Message | None:
    """Write the revocation, for everything on all channels, and ask for the one message that confirms it.

    Returns that message; None when the ledger said so already, or no account can carry it. `account` is the one the
    person wrote to. Its cause is the entry of the ledger, so it is sent once whatever happens.
    """
    ledger = consent.states([lead.pk]).get(lead.pk, consent.EMPTY)
    if all(ledger.of(purpose, channel).state == ConsentState.REVOKED for purpose in _EVERYTHING):
        return None
    entry = consent.record(
        lead, ConsentState.REVOKED, _ground(ConsentBasis.NONE, text, channel), by=by, at=now, purposes=_EVERYTHING
    )
    with translation.override(lead.language):
        said = _("Listo, no te escribiremos más. Si cambias de opinión, responde ALTA.")
    return _confirm(lead, said, f"{FAREWELL}{entry.public_id}", channel, now=now, account=account)


def come_back(
    lead: Lead, text: str, channel: Channel, *, by: Actor, now: datetime, account: ChannelAccount | None = None
) -> Message | None:
    """Write that the person wants messages again, on the channel they said it on, and confirm it once.

    Returns that message; None when nothing was revoked there, or no account can carry it.
    """
    ledger = consent.states([lead.pk]).get(lead.pk, consent.EMPTY)
    revoked = [each for each in _EVERYTHING if ledger.of(each, channel).state == ConsentState.REVOKED]
    if not revoked:
        return None
    ground = _ground(ConsentBasis.OPT_IN, text, channel)
    entry = consent.record(lead, ConsentState.GRANTED, ground, by=by, at=now, purposes=revoked, channel=channel)
    with translation.override(lead.language):
        said = _("Listo, te volveremos a escribir por aquí. Para dejar de recibir, responde BAJA.")
    return _confirm(lead, said, f"opt_in:{entry.public_id}", channel, now=now, account=account)


def _ground(basis: ConsentBasis, text: str, channel: Channel) -> consent.Ground:
    return consent.Ground(basis, ConsentSource.CHAT, proof={"said": text[:_MOST], "channel": channel.value})


def _confirm(
    lead: Lead, body: str, cause: str, channel: Channel, *, now: datetime, account: ChannelAccount | None
) -> Message | None:
    draft = Draft(
        lead=lead,
        channel=channel,
        body=body,
        subject=body if channel == Channel.EMAIL else "",
        dedupe_key=cause,
        not_before=now,
        expires_at=now + _CONFIRM_WITHIN,
        is_reply=True,
        priority=Priority.REPLY,
        account=account,
        why={"cause": "opt_out"},
    )
    try:
        return outbox.enqueue([draft], by=Actor.system(), now=now)[0]
    except outbox.NoAccount:
        return None


@lru_cache(maxsize=1_000)
def _reads(text: str) -> tuple[bool, bool]:
    """Whether a text says no more, and whether it says again."""
    folded = _folded(text)
    words = _bare(folded)
    if _one_of(words, SINGLE):
        return True, False
    if _one_of(words, AGAIN):
        return False, True
    softened = any(pattern.search(folded) for pattern in SOFTENERS)
    return (not softened and any(pattern.search(folded) for pattern in PHRASES)), False


def _folded(text: str) -> str:
    """No case, no accents, no emoji; marks between sentences are " . ", whatever else is no letter or digit a blank."""
    plain = texts.fold(text.replace("\n", " . ").replace("\u2019", "'").replace("´", "'"))
    kept = "".join(_kept(char) for char in plain)
    return " ".join(re.sub(r"(\w)\1{2,}", r"\1", kept).split())


def _kept(char: str) -> str:
    if char in ".,;:!?¡¿|":
        return " . "
    if char == "'":
        return ""
    return char if unicodedata.category(char)[0] in "LN" else " "


def _bare(folded: str) -> str:
    """The words without the marks, spelled-out letters joined ("S T O P"), repeats and courtesies left away."""
    words = [word for word in folded.split() if word != "."]
    if len(words) > 1 and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    said = f" {' '.join(words)} "
    for filler in FILLERS:
        said = said.replace(f" {filler} ", " ")
    return " ".join(said.split())


def _one_of(words: str, table: frozenset[str]) -> bool:
    return words in table or _repeated(words.split()) in table


def _repeated(words: Sequence[str]) -> str:
    """The one word a message consists of, said several times; else nothing."""
    return words[0] if len(set(words)) == 1 else ""
