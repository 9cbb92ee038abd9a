"""Own fields of Andes."""

import pytest

from core import tenancy
from core.actors import Actor
from crm import custom_fields
from crm.models import CustomField
from tests.api.conftest import api_for, as_alice, as_bob  # noqa: F401 -- fixtures
from tests.imports.conftest import bring_in  # noqa: F401
from tests.imports.test_import_twice import snapshot, take_back  # noqa: F401


@pytest.fixture
def make_field(broker):
    """`make_field("Mascotas", "flag")`: an own field of Andes, or of `in_broker`."""

    def make(label, kind="text", *, options=(), required=False, in_broker=None):
        with tenancy.use((in_broker or broker).pk):
            field = CustomField(label=label, kind=kind, options=list(options), required=required)
            return custom_fields.create(field, by=Actor.system())

    return make


@pytest.fixture
def five(make_field):
    """One field of each kind: banco, metros, mudanza, credito, mascotas."""
    return [
        make_field("Banco"),
        make_field("Metros", "number"),
        make_field("Mudanza", "date"),
        make_field("Crédito", "choice", options=["Aprobado", "En trámite", "No tiene"]),
        make_field("Mascotas", "flag"),
    ]
