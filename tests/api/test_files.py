import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import jobs
from core.models import Job
from crm.models import Lead, LeadImport
from tests.api.conftest import LEADS

IMPORT, EXPORT = f"{LEADS}import/", f"{LEADS}export/"
SHEET = "Nombre;Teléfono;Comuna\nAna Rojas;998248519;Ñuñoa\nLuis Soto;987654321;Lampa\n".encode()


@pytest.fixture
def upload(as_alice):
    def send(content=SHEET, api=None, name="leads.csv", **fields):
        api = api or as_alice
        body = {"file": SimpleUploadedFile(name, content), "consent_basis": "request", **fields}
        return api.client.post(
            IMPORT, {key: value for key, value in body.items() if value is not None}, headers=api.headers
        )

    return send


@pytest.fixture
def work(inside, broker):
    """Do a job as the worker would, which opens its own blocks."""

    def run(public_id):
        with inside(broker):
            job_id = Job.objects.get(public_id=public_id).pk
            job = jobs.claim(job_id, now=timezone.now())
        jobs.work(job)

    return run


def test_import_is_a_job_to_follow(upload, as_alice, work, inside, broker):
    taken = upload()
    assert taken.status_code == 202, taken.content
    job = taken.json()
    assert taken.headers["Location"].endswith(f"/api/v1/jobs/{job['id']}/")
    assert as_alice.get(f"/api/v1/jobs/{job['id']}/").json()["state"] == "queued"
    work(job["id"])
    assert as_alice.get(f"/api/v1/jobs/{job['id']}/").json()["state"] == "done"
    assert {lead["name"] for lead in as_alice.get(LEADS).json()["results"]} == {"Ana Rojas", "Luis Soto"}


def test_what_an_agent_brings_in_is_theirs(upload, as_bob, alice, work):
    work(upload(api=as_bob, assigned_to=str(alice.public_id)).json()["id"])
    assert {lead["assigned_to"]["name"] for lead in as_bob.get(LEADS).json()["results"]} == {"Bob"}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"consent_basis": None}, "consent_basis"),
        ({"consent_basis": "porque sí"}, "consent_basis"),
        ({"stage": "ganado"}, "stage"),
        ({"file": None}, "file"),
        ({"content": b""}, "file"),
        ({"content": b"\x00\x01\x02\xff" * 50}, "file"),
        ({"content": b"PK\x03\x04 no es un libro"}, "file"),
        ({"content": b"precio;metros\n1;2\n"}, "file"),
        ({"broker": "1"}, "broker"),
        ({"consent_wording": "a\x00b"}, "consent_wording"),
    ],
)
def test_import_that_cannot_be_leaves_nothing_behind(upload, problem, inside, broker, fields, where):
    assert list(problem(upload(**fields), 400, "validation")["errors"]) == [where]
    with inside(broker):
        assert not LeadImport.objects.exists()
        assert not Job.objects.exists()
        assert not Lead.objects.exists()


def test_import_takes_forms_only(as_alice, problem):
    problem(as_alice.post(IMPORT, {"file": "x"}), 415)
    problem(as_alice("POST", IMPORT, raw=b"nada", content_type="multipart/form-data; boundary=x"), 400)
    problem(as_alice("POST", IMPORT, raw=b"nada", content_type="multipart/form-data"), 400)


def test_export_is_a_job_whose_file_only_the_caller_fetches(
    as_bob, as_alice, as_charlie, alice, make_lead, work, problem
):
    make_lead(name="de nadie", phone_raw="998248519")
    make_lead(name="de Alice", assigned_to=alice)
    asked = as_bob.get(f"{EXPORT}?stage=entrada&limit=1")
    assert asked.status_code == 202, asked.content
    job = asked.json()["id"]
    problem(as_bob.get(f"{EXPORT}{job}/"), 404)
    work(job)
    file = as_bob.get(f"{EXPORT}{job}/")
    assert file.headers["Content-Type"].startswith("text/csv")
    text = file.content.decode("utf-8-sig")
    assert "de nadie" in text
    assert "de Alice" not in text
    for stranger in (as_alice, as_charlie):
        problem(stranger.get(f"{EXPORT}{job}/"), 404)


@pytest.mark.parametrize(("query", "field"), [("format=pdf", "format"), ("stage=marte", "stage")])
def test_export_names_the_wrong_parameter(as_alice, problem, query, field):
    assert list(problem(as_alice.get(f"{EXPORT}?{query}"), 400)["errors"]) == [field]
