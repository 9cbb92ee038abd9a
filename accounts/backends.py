"""Who a session is: the person and their brokerage, read together because every request needs both."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class SignIn(AuthenticationBackend):
    """allauth's sign-in by e-mail address."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, their brokerage loaded; None for one who is gone or switched off."""
        user = User.objects.select_related("broker").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
