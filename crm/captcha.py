"""Proof of being a person, for public forms: a hook. None is built in; the trap, the clock and the limits stand anyway.

To add one, write a class with these members and name it in the setting `CAPTCHA` (docs/operating.md). `check` may ask
the network: it is called outside any transaction, before anything is stored.
"""

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Captcha(Protocol):
    """What a captcha must offer."""

    template: str
    """A template drawn inside the form, "" for none."""
    sources: Mapping[str, list[str]]
    """What its widget needs of the Content-Security-Policy: {"script-src": ["https://…"], "frame-src": …}."""

    def check(self, answers: Mapping[str, str], *, address: str) -> bool:
        """Whether the answers, as posted from this network address, prove a person."""
        ...


class NoCaptcha:
    """Everybody is taken for a person."""

    template = ""
    sources: Mapping[str, list[str]] = {}

    def check(self, answers: Mapping[str, str], *, address: str) -> bool:
        """Yes."""
        return True


@cache
def current() -> Captcha:
    """The installation's captcha."""
    made: Captcha = import_string(settings.CAPTCHA)()
    return made
