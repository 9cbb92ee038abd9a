"""Odd values in the forms of the daily work: an answer, never a crash."""

import pytest

ODD = (
    "\x00",
    "x" * 3000,
    "-1",
    "9" * 30,
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "2026-09-06T00:30",
    "²",
    "@" * 4000,
    "{{ 7 }}%s",
)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (
            "contact/",
            {"kind": "call_answered", "minutes": "3", "channel": "whatsapp", "at": "2026-01-05T10:00", "note": ""},
        ),
        ("tasks/", {"title": "x", "when": "other", "due_at": "2026-12-12T10:00"}),
        (
            "visits/new/",
            {"type": "other", "starts_at": "2026-12-12T10:00", "minutes": "60", "agent": "", "place": "", "note": ""},
        ),
        ("notes/", {"body": "@Bob"}),
    ],
)
def test_odd_values_get_an_answer(client_for, alice, make_lead, path, fields):
    client, lead = client_for(alice), make_lead()
    for name in fields:
        for value in ODD:
            answer = client.post(f"/leads/{lead.public_id}/{path}", fields | {name: value})
            assert answer.status_code in {302, 422}, (name, value[:20])
    for page in ("", "visits/", "tasks/"):
        assert client.get(f"/leads/{lead.public_id}/{page}").status_code == 200
    for page in ("/today/", "/tasks/?show=upcoming"):
        assert client.get(page).status_code == 200
