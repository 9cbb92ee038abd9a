"""The pages of campaigns: everybody sees them, those who run the brokerage change them."""

import pytest

from campaigns.models import Campaign
from tests.campaigns.pages import LIST, cost, of

pytestmark = pytest.mark.django_db
NEW = {"name": "Reactivación", "description": "", "channel": "whatsapp"}


def test_an_empty_list_offers_the_first_to_those_who_may_make_one(admin, agent):
    assert "/campaigns/new/" in admin.get(LIST).content.decode()
    page = agent.get(LIST).content.decode()
    assert ("/campaigns/new/" in page, "Todavía no hay campañas" in page) == (False, True)


def test_a_new_one_is_a_draft_on_its_page(admin, agent, broker, inside):
    assert agent.post(f"{LIST}new/", NEW).status_code == 403
    made = admin.post(f"{LIST}new/", NEW)
    with inside(broker):
        campaign = Campaign.objects.get()
    assert (made.status_code, made.headers["Location"]) == (302, of(campaign))
    assert (campaign.name, campaign.status) == ("Reactivación", "draft")
    assert admin.post(f"{LIST}new/", NEW | {"name": " "}).status_code == 422
    assert agent.get(of(campaign)).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_three(admin, make_campaign, make_agreed, enroll):
    from django.utils import timezone

    def furnish(number):
        campaign = make_campaign({}, {}, name=f"Campaña {number}", activated=timezone.now())
        enroll(campaign, make_agreed(number))

    furnish(1)
    one = cost(admin, LIST)
    furnish(2), furnish(3)
    assert cost(admin, LIST) == one
    assert "Campaña 3" in admin.get(f"{LIST}?status=active").content.decode()
    assert "Campaña 3" not in admin.get(f"{LIST}?status=draft").content.decode()
