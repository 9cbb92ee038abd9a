"""Addresses of the pages of campaigns, and what one costs."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

LIST = "/campaigns/"
HTMX = {"HX-Request": "true"}


def of(campaign, part=""):
    """A page of a campaign."""
    return f"{LIST}{campaign.public_id}/{part}"


def cost(client, path):
    """How many statements a page takes."""
    with CaptureQueriesContext(connection) as spent:
        assert client.get(path).status_code == 200
    return len(spent)
