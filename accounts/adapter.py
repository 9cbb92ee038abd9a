"""How allauth behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """People join by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: see accounts.invitations."""
        return False
