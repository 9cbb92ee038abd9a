"""Addresses nobody writes to: by hand, from a file, and off again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from messaging import suppressions
from messaging.enums import SuppressionSource
from messaging.models import Suppression
from messaging.suppressions import Listing

URL = "/settings/suppressions/"
REGISTRY = Listing(SuppressionSource.REGISTRY, "No Molestar")


@pytest.fixture
def admin(client_for, alice):
    return client_for(alice)


@pytest.fixture
def take_in(broker, alice, inside):
    def read(content, now=None, listing=REGISTRY):
        with inside(broker):
            return suppressions.take_in(content, listing, country="CL", by=Actor.of(alice), now=now or timezone.now())

    return read


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("9 9824 8519", "+56998248519"),
        ("+56 9 9824-8519", "+56998248519"),
        ("+52 1 55 1234 5678", "+525512345678"),
        (" Ana@Example.COM ", "ana@example.com"),
    ],
)
def test_an_address_is_stored_one_way_however_it_is_typed(typed, stored):
    assert suppressions.normalised(typed, "CL")[1] == stored


@pytest.mark.parametrize("typed", ["", "hola", "@", "a@b", "12", "\x00", "9" * 300])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(suppressions.NotAnAddress):
        suppressions.normalised(typed, "CL")


def test_a_file_is_read_line_by_line(take_in, broker, inside):
    content = 'Teléfono;Nombre\n998248519;Ana\n\n"+56 9 8765 4321",Beto\nno es un teléfono 1\nANA@example.com\n998248519\n'.encode()
    report = take_in(content)
    assert (report.listed, report.added, report.unread, report.wrong) == (3, 3, 1, [(5, "no es un teléfono 1")])
    with inside(broker):
        assert set(Suppression.objects.values_list("kind", "value", "registry")) == {
            ("phone", "+56998248519", "No Molestar"), ("phone", "+56987654321", "No Molestar"), ("email", "ana@example.com", "No Molestar"),
        }  # fmt: skip


def test_the_same_file_again_renews_and_adds_nothing(take_in, broker, inside):
    now = timezone.now()
    take_in(b"998248519\n987654321\n", now=now - timedelta(days=40))
    with inside(broker):
        assert suppressions.registers()[0].is_stale(now, 30)
    report = take_in(b"998248519\n987654321\n955555555\n", now=now)
    assert (report.listed, report.added) == (3, 1)
    with inside(broker):
        [register] = suppressions.registers()
        assert (register.entries, register.read_at, register.is_stale(now, 30)) == (3, now, False)


@pytest.mark.parametrize(
    "content", [b"\x00" * 100, b"1" * (suppressions.MOST_BYTES + 1), b"1\n" * (suppressions.MOST_LINES + 1)]
)
def test_a_file_that_is_no_list_is_refused_whole(take_in, broker, inside, content):
    with pytest.raises(suppressions.Unreadable):
        take_in(content)
    with inside(broker):
        assert not Suppression.objects.exists()


def test_thousands_are_read_in_a_few_statements(take_in, django_assert_max_num_queries):
    content = "\n".join(f"+5699{number:07}" for number in range(5_000)).encode()
    with django_assert_max_num_queries(14):
        assert take_in(content).added == 5_000


def test_the_page_adds_finds_and_lifts(admin, broker, inside):
    from core.models import AuditEntry

    assert "Nadie está bloqueado" in admin.get(URL).content.decode()
    assert (
        admin.post(
            f"{URL}new/", {"value": "998248519", "note": "Lo pidió en la feria", "until": "2099-01-01"}
        ).status_code
        == 302
    )
    assert admin.post(f"{URL}new/", {"value": "hola"}).status_code == 422
    text = admin.get(URL, {"q": "9 9824 8519"}).content.decode()
    assert "+56998248519" in text
    assert "Lo pidió en la feria" in text
    assert "no está bloqueada" in admin.get(URL, {"q": "nadie@example.com"}).content.decode()
    with inside(broker):
        row = Suppression.objects.get()
    assert admin.post(f"{URL}{row.public_id}/lift/").status_code == 302
    with inside(broker):
        assert not Suppression.objects.exists()
        assert set(AuditEntry.objects.values_list("action", flat=True)) == {"suppression.added", "suppression.lifted"}


def test_the_page_reads_a_register(admin):
    file = SimpleUploadedFile("lista.csv", b"998248519\nqu3?\n", content_type="text/csv")
    text = admin.post(f"{URL}register/", {"registry": "No Molestar", "file": file}).content.decode()
    assert "1 dirección en la lista" in text
    assert "Línea 2" in text
    bad = SimpleUploadedFile("lista.xlsx", b"PK\x03\x04\x00\x00", content_type="application/zip")
    assert admin.post(f"{URL}register/", {"registry": "x", "file": bad}).status_code == 422


def test_a_register_of_last_month_is_asked_for_again(admin, take_in):
    take_in(b"998248519\n", now=timezone.now() - timedelta(days=3))
    assert "Hay un registro por renovar" in admin.get(URL).content.decode()


def test_lists_are_each_brokerage_s_own(take_in, other_broker, client_for, charlie, broker, inside):
    take_in(b"998248519\n")
    with tenancy.use(other_broker.pk):
        assert not Suppression.objects.exists()
    with inside(broker):
        row = Suppression.objects.get()
    assert client_for(charlie).post(f"{URL}{row.public_id}/lift/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_statements_for_one_and_three(admin, take_in, django_assert_num_queries, number):
    take_in("\n".join(f"99824851{each}" for each in range(number)).encode())
    admin.get(URL)
    with django_assert_num_queries(8):
        admin.get(URL)
