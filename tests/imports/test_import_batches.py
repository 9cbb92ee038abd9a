"""Batches: a constant number of statements, races, who may touch what."""

from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.imports import batches, drafts, entries, known
from crm.imports.columns import Field
from crm.imports.reading import read
from crm.imports.runner import actor
from crm.models import Consent, ImportRow, Lead

HEAD = "Nombre;Teléfono;Correo;Comentario;Responsable;Etiquetas\n"


def sheet(count, start=0):
    rows = [
        f"Persona {n};9{80_000_000 + n};p{n}@example.com;Nota {n}{' no llamar más' if n % 7 == 0 else ''};;VIP"
        for n in range(start, start + count)
    ]
    return (HEAD + "\n".join(rows) + "\n").encode()


def statements_of(lead_import, data, broker, inside):
    opened = read(data)
    mapping = {0: Field.NAME, 1: Field.PHONE, 2: Field.EMAIL, 3: Field.COMMENT, 4: Field.ASSIGNED_TO, 5: Field.TAGS}
    now = timezone.now()
    with inside(broker):
        batch = list(entries.entries(opened, mapping, entries.defaults_of(broker, now)))
        terms = drafts.Terms.of(lead_import)
        with CaptureQueriesContext(connection) as captured:
            tally = batches.take(batch, terms, by=actor(lead_import), now=now)
    return tally, len(captured)


@pytest.mark.parametrize("again", [False, True], ids=["new", "merged"])
def test_a_batch_takes_the_same_number_of_statements_whatever_its_size(bring_in, broker, inside, again):
    bring_in(sheet(1, 5000))  # the tag is there
    sheets = {size: sheet(size, start) for start, size in ((0, 100), (1000, 500))}
    for data in sheets.values():
        if again:
            bring_in(data)
    counts = []
    for size, data in sheets.items():
        waiting = bring_in(data, run=False)
        tally, statements = statements_of(waiting, data, broker, inside)
        assert (tally.created, tally.merged) == ((0, size) if again else (size, 0))
        counts.append(statements)
    assert counts[0] == counts[1] == (MERGED if again else NEW)


NEW, MERGED = 21, 16


def test_a_lead_made_by_hand_between_looking_up_and_writing_is_merged(
    transactional_db, bring_in, broker, inside, make_lead, monkeypatch
):
    look_up = known.Book.look_up
    raced = []

    def by_hand():
        make_lead(name="A mano", phone_raw="+56980000003")
        connection.close()

    def look_up_too_early(book, batch):
        look_up(book, batch)
        if not raced:
            raced.append(Thread(target=by_hand))  # another connection, as another person has
            raced[0].start()
            raced[0].join()

    monkeypatch.setattr(known.Book, "look_up", look_up_too_early)
    done = bring_in(sheet(10))
    assert (done.created_rows, done.merged_rows, done.rejected_rows) == (9, 1, 0)
    with inside(broker):
        assert Lead.objects.count() == 10
        assert Lead.objects.get(phone_e164="+56980000003").name == "A mano"


def test_an_agents_import_is_theirs_and_leaves_colleagues_leads_alone(bring_in, broker, inside, bob, alice, make_lead):
    make_lead(name="De Alice", phone_raw="+56980000001", assigned_to=alice)
    make_lead(name="De nadie", phone_raw="+56980000002")
    make_lead(name="Otra de Alice", phone_raw="+56980000007", assigned_to=alice)
    done = bring_in(sheet(8), by=bob, assigned_to=bob)
    assert (done.created_rows, done.merged_rows, done.rejected_rows) == (5, 2, 1)
    with inside(broker):
        assert Lead.objects.get(name="De Alice").email == ""
        refused = ImportRow.objects.get(outcome="rejected")
        assert (refused.number, refused.lead_id) == (2, None)
        assert Lead.objects.get(name="De nadie").assigned_to == bob
        opted_out = Lead.objects.get(name="Otra de Alice")
        assert (opted_out.opted_out_at is not None, opted_out.email) == (True, "")
        assert Lead.objects.filter(assigned_to=bob).count() == 6


def test_the_sheet_names_the_owner_by_name_or_address(bring_in, broker, inside, alice, bob):
    rows = "Ana;980000001;;;Bob;\nLuis;980000002;;;alice@andes.cl;\nEva;980000003;;;Zutano;\n"
    done = bring_in(HEAD + rows)
    with inside(broker):
        owners = dict(Lead.objects.values_list("name", "assigned_to__email"))
        assert owners == {"Ana": "bob@andes.cl", "Luis": "alice@andes.cl", "Eva": None}
        row = ImportRow.objects.get(lead_import=done, number=3)
        assert ["owner_unknown", "Zutano"] in row.warnings


@pytest.mark.parametrize(
    ("basis", "state"), [("none", "unknown"), ("opt_in", "granted"), ("existing_relation", "granted")]
)
def test_the_files_basis_is_in_the_ledger_of_each_lead(bring_in, broker, inside, basis, state):
    done = bring_in(HEAD + "Ana;980000001;;;;\n", basis=basis, wording="Acepto que me contacten")
    with inside(broker):
        entry = Consent.objects.get()
        assert (entry.basis, entry.state, entry.source) == (basis, state, "import")
        assert entry.wording == "Acepto que me contacten"
        assert entry.proof == {"import": str(done.public_id), "row": 1}


def test_hostile_cells_are_data(bring_in, broker, inside):
    rows = '=HYPERLINK(""x"");980000001;;=cmd|calc;;\n\x00Ana\x00;980000002;;<script>alert(1)</script>;;\n🏠;980000003;;{{ name }};;\n'
    done = bring_in(HEAD + rows)
    assert done.state == "done"
    assert done.created_rows == 3
    with inside(broker):
        assert Lead.objects.filter(phone_e164="+56980000002").get().name == "Ana"


def test_closed_stages_of_the_sheet_keep_the_rules_of_the_board(bring_in, broker, inside):
    bring_in("Nombre;Teléfono;Etapa\nAna;980000001;Ganado\nLuis;980000002;Perdido\nEva;980000003;Seguimiento\n")
    with inside(broker):
        found = {lead.name: (lead.stage, lead.status) for lead in Lead.objects.all()}
    assert found == {"Ana": ("ganado", "converted"), "Luis": ("perdido", "lost"), "Eva": ("seguimiento", "cold")}
