"""A public form of Andes, and whoever fills it in."""

import pytest
from django.core import signing
from django.test import Client

from core import tenancy
from core.actors import Actor
from crm import capture_forms
from crm.models import CaptureForm
from tests.fields.conftest import five, make_field  # noqa: F401 -- fixtures

WORDING = "Acepto que Andes me escriba sobre propiedades."
ASKS = [
    {"name": "name", "required": True},
    {"name": "phone", "required": False},
    {"name": "email", "required": False},
    {"name": "budget", "required": False},
    {"name": "timeline", "required": False},
    {"name": "message", "required": False},
]


@pytest.fixture
def make_form(broker):
    """`make_form(title="…")`: a public form of Andes, or of `in_broker`."""

    def make(in_broker=None, **fields):
        values = {"name": "Sitio", "title": "¿Buscas casa?", "source": "Web", "asks": ASKS, "consent_wording": WORDING}
        with tenancy.use((in_broker or broker).pk):
            form = capture_forms.save(CaptureForm(**{**values, **fields}), by=Actor.system())
            form.broker = in_broker or broker
            return form

    return make


@pytest.fixture
def form(make_form):
    return make_form()


@pytest.fixture
def fill(form):
    """`fill(name="Ana", …)` posts the form as a stranger who took their time."""

    def post(to=None, client=None, headers=None, **answer):
        return (client or Client()).post(f"/l/{(to or form).token}/", answer, headers=headers or {})

    return post


@pytest.fixture
def stamp():
    """`stamp(seconds)`: the hidden field of a page that was opened so many seconds ago."""

    def made(seconds, word="abc"):
        signer = signing.TimestampSigner(salt="crm.capture.form")
        signer.timestamp = lambda: signing.b62_encode(int(signing.time.time()) - seconds)
        return signer.sign(word)

    return made
