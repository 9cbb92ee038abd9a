"""What providers' codes mean: what happened in words, what to do about it, and what follows for us."""

from messaging.enums import Provider
from messaging.faults import ours, providers_mail, providers_telegram, providers_twilio
from messaging.faults.fault import Effect, Fault, unheard

__all__ = ["Effect", "Fault", "codes", "of"]

_TABLES = {
    Provider.TWILIO: providers_twilio.FAULTS,
    Provider.TELEGRAM: providers_telegram.FAULTS,
    Provider.SMTP: providers_mail.FAULTS,
    Provider.ANYMAIL: providers_mail.FAULTS,
}


def codes(effect: Effect) -> list[str]:
    """Every code of every provider that means this."""
    tables = (ours.FAULTS, *_TABLES.values())
    return sorted({code for table in tables for code, fault in table.items() if fault.effect is effect})


def of(provider: str, code: str) -> Fault:
    """What a provider's code says; one we do not know is told honestly, with its number.

    A mail server's code has two parts, `550 5.1.1`: the finer one is asked first.
    """
    table = _TABLES.get(Provider(provider), {}) if provider in Provider.values else {}
    for part in (code, *reversed(code.split())):
        if found := table.get(part) or ours.FAULTS.get(part):
            return found
    return unheard(code)
