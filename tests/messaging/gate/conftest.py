import pytest

from messaging.enums import CARRIES


@pytest.fixture(autouse=True)
def _calls_have_somebody_to_carry_them(monkeypatch):
    """Calls have rules already and no provider yet."""
    monkeypatch.setitem(CARRIES, "twilio", frozenset({"whatsapp", "call"}))
