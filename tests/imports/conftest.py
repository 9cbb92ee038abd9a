"""An import from the bytes to the last row, by the product's own functions and its own job."""

from pathlib import Path

import pytest

from core import tenancy
from core.actors import Actor
from crm.enums import ConsentBasis

SAMPLE = Path(__file__).parents[1] / "data" / "leads-planilla.csv"


@pytest.fixture
def sample():
    return SAMPLE.read_bytes()


@pytest.fixture
def bring_in(broker, alice, run_jobs):
    """Import a file (bytes, or rows as text) and return the LeadImport as it ended."""

    def bring(data, by=None, basis=ConsentBasis.REQUEST, run=True, mapping=None, name="planilla.csv", **answers):
        from crm.imports import begin, intake

        if isinstance(data, str):
            data = data.encode()
        person = by or alice
        with tenancy.use(person.broker_id):
            stored = intake.receive(name, data, by=Actor.of(person))
            if mapping:
                intake.map_columns(stored, mapping)
            begin.start(stored, begin.Answers(basis=basis, **answers), by=Actor.of(person))
        if run:
            run_jobs(person.broker)
        with tenancy.use(person.broker_id):
            return type(stored).objects.select_related("job", "by_user", "broker", "assigned_to").get(pk=stored.pk)

    return bring
