"""The sample spreadsheet, brought in as it is: 440 data rows end as 420 leads, 18 merged, 2 rejected."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from crm.models import Consent, ImportRow, Lead, LeadPhone, TimelineEntry

LABELS = Path(__file__).parents[1] / "data" / "leads-planilla-labels.csv"


@pytest.fixture
def labels():
    with LABELS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_ends_somewhere(bring_in, sample, broker, inside):
    done = bring_in(sample)
    assert (done.state, done.total_rows) == ("done", 440)
    assert (done.created_rows, done.merged_rows, done.rejected_rows) == (420, 18, 2)
    with inside(broker):
        assert Lead.objects.count() == 420
        assert ImportRow.objects.filter(lead_import=done).count() == 440
        assert Consent.objects.filter(state="granted", basis="request").count() == 420
        rejected = ImportRow.objects.filter(outcome="rejected").order_by("number").values_list("number", "reason")
        assert list(rejected) == [(58, "blank_row: "), (212, "total_row: Total 420")]


def test_the_rows_labelled_by_hand_are_in_the_database_as_labelled(bring_in, sample, broker, inside, labels):
    done = bring_in(sample)
    assert len(labels) == 40
    with inside(broker):
        rows = {row.number: row for row in ImportRow.objects.filter(lead_import=done).select_related("lead")}
        wrong = [f"{label['row']}: {problem}" for label in labels for problem in _differences(label, rows)]
    assert wrong == []


def _differences(label, rows):
    row = rows[int(label["row"])]
    if row.outcome != label["outcome"]:
        yield f"outcome {row.outcome}"
    if row.outcome == "rejected":
        if row.lead_id is not None:
            yield "a rejected row has a lead"
        return
    if label["duplicate_of"] and row.lead_id != rows[int(label["duplicate_of"])].lead_id:
        yield f"not merged into {label['duplicate_of']}"
    yield from _lead_differences(label, row, alone=sum(other.lead_id == row.lead_id for other in rows.values()) == 1)


def _lead_differences(label, row, alone):
    """A label says what its own row says; of a lead that several rows make up, blanks may be filled by another."""
    lead = row.lead
    phones = set(LeadPhone.objects.filter(lead=lead).exclude(kind="variant").values_list("number", flat=True))
    wanted = {label[key].removeprefix("+") for key in ("e164", "second_phone")} - {""}
    if not (phones == wanted if alone else phones >= wanted):
        yield f"phones {phones}"
    amounts = {key: Decimal(label[key]) if label[key] else None for key in ("budget_amount", "budget_min")}
    expected = {"name": label["name"], "phone_e164": label["e164"], "email": label["email"], **amounts}
    expected |= {"budget_unit": label["unit"], "operation": label["operation"]}
    for field, value in expected.items():
        stored = getattr(lead, field)
        if stored != value and (alone or value not in {"", None}):
            yield f"{field} {stored!r}"
    revocation = Consent.objects.filter(lead=lead, state="revoked", proof__row=row.number).exists()
    if revocation != (label["opt_out"] == "yes") or (revocation and lead.opted_out_at is None):
        yield f"opt-out {revocation}"


def test_comments_become_notes_and_dates_stay(bring_in, sample, broker, inside):
    bring_in(sample)
    with inside(broker):
        lead = Lead.objects.get(name="Sandro Acuña Campos")
        assert [note.body for note in TimelineEntry.objects.filter(lead=lead, kind="note")] == [
            "Busca arriendo, no compra"
        ]
        assert lead.created_at.astimezone(broker.zone).date().isoformat() == "2026-09-14"
        assert (lead.source, lead.property_type, lead.location) == ("Portal Inmobiliario", "casa", "La Florida")
