"""Vendor codes in words (thin until its owner lands)."""

from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    """What a code means for us."""

    NONE = "none"
    BAD_ADDRESS = "bad_address"
    OPTED_OUT = "opted_out"
    PAUSE_ACCOUNT = "pause_account"


@dataclass(frozen=True, slots=True)
class Fault:
    """A code in words."""

    sentence: str
    advice: str
    effect: Effect = Effect.NONE


def of(_provider: str, code: str) -> Fault:
    """What a provider's code says."""
    return Fault(code, "")
