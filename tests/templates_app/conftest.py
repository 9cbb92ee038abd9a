from datetime import UTC, datetime

import pytest

from core.actors import Actor
from templates_app import library
from templates_app.checking import Text
from templates_app.library import Kind

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@pytest.fixture
def make_template(broker, inside, alice):
    """A template of Andes, made by the product's own function."""

    def make(body="Hola {{ first_name }}", channel="whatsapp", name="Saludo", **rest):
        text = {
            key: rest.pop(key) for key in ("subject", "html", "fallbacks", "content_sid", "category") if key in rest
        }
        review = rest.pop("review", None)
        if channel == "email":
            text.setdefault("subject", "Hola")
        with inside(broker):
            return library.create(
                Kind(name=name, channel=channel, **rest), Text(body, **text), by=Actor.of(alice), now=NOW, review=review
            )

    return make
