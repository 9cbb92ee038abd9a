import pytest

SECTIONS = ("funnel", "now", "times", "closings", "sources", "inactive", "team")


@pytest.mark.parametrize("path", ["/dashboard/", *(f"/metrics/{name}/" for name in SECTIONS if name != "team")])
def test_a_new_brokerage_is_told_what_will_be_here(client_for, alice, path):
    page = client_for(alice).get(path)
    assert page.status_code == 200
    assert "c-empty" in page.content.decode()


@pytest.mark.parametrize("path", ["/dashboard/", *(f"/metrics/{name}/" for name in SECTIONS)])
def test_pages(client_for, alice, make_lead, path):
    make_lead(assigned_to=alice)
    page = client_for(alice).get(path)
    assert page.status_code == 200
