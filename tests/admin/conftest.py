import pytest

from core import tenancy


@pytest.fixture
def root(make_user, db):
    return make_user("root@corredor.cl", None, name="Raíz", is_staff=True)


@pytest.fixture
def staff(make_user, broker):
    return make_user("ada@andes.cl", broker, name="Ada", role="admin", is_staff=True)


@pytest.fixture
def as_root(client_for, root):
    return client_for(root)


@pytest.fixture
def in_andes(as_root, broker):
    """Platform staff inside Andes."""
    as_root.post("/admin/brokerage/", {"broker": broker.public_id})
    return as_root


@pytest.fixture
def as_staff(client_for, staff):
    return client_for(staff)


@pytest.fixture
def in_sur(make_lead, other_broker, charlie):
    """A lead of another brokerage with everything around it, all marked CANARIO."""
    from crm import timeline
    from crm.models import Consent, ImportMapping, LeadImport

    lead = make_lead(other_broker, name="CANARIO", phone_raw="+56911111111", tags=["CANARIO"])
    with tenancy.use(other_broker.pk):
        from core.actors import Actor
        from core.models import Job

        by = Actor.of(charlie)
        timeline.add_note(lead, body="CANARIO", by=by, at=lead.created_at)
        Job.objects.create(kind="x", label="CANARIO", **by.columns())
        LeadImport.objects.create(file_name="CANARIO.csv", sha256="0", size=1, encoding="utf-8", **by.columns())
        ImportMapping.objects.create(header_key="CANARIO")
        Consent.objects.create(
            lead=lead,
            purpose="marketing",
            basis="opt_in",
            state="granted",
            source="form",
            wording="CANARIO",
            **by.columns(),
        )
    return lead
