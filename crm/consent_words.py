"""The consent ledger in words, for the page of a lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm import consent
from crm.enums import Channel, ConsentPurpose, ConsentState
from crm.models import Lead

CONTACTED = (Channel.WHATSAPP, Channel.TELEGRAM, Channel.EMAIL, Channel.CALL)
"""Channels by which we go to people; at a web chat they come to us."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a purpose on some channels."""

    purpose: str
    state: ConsentState
    channels: str


def standings(lead: Lead) -> list[Standing]:
    """What holds now: for each purpose the channels of each state together. One statement."""
    ledger = consent.states([lead.pk]).get(lead.pk, consent.EMPTY)
    found: list[Standing] = []
    for purpose in ConsentPurpose:
        by_state: dict[ConsentState, list[str]] = {}
        for channel in CONTACTED:
            by_state.setdefault(ledger.of(purpose, channel).state, []).append(str(channel.label))
        for state, channels in by_state.items():
            said = _("todos los canales") if len(by_state) == 1 else ", ".join(channels)
            found.append(Standing(str(purpose.label), state, said))
    return found


def scope(data: Mapping[str, Any]) -> str:
    """What an entry of the timeline covered: "Promoción, Servicio · Correo"; empty for the usual, all promotions."""
    purposes = [each for each in data.get("purposes", ()) if each in ConsentPurpose.values]
    channel = data.get("channel", "")
    if not channel and purposes in ([], [ConsentPurpose.MARKETING]):
        return ""
    named = ", ".join(str(ConsentPurpose(each).label) for each in purposes)
    return " · ".join(filter(None, [named, str(Channel(channel).label) if channel in Channel.values else ""]))
