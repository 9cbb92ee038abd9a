"""Pages of accounts. The allauth pages that nobody needs here are closed: these lines stand before allauth's."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, register_converter

from accounts import views_invitation, views_profile, views_team


class MemberAction:
    """What may be done to a colleague."""

    regex = "admin|agent|deactivate|reactivate"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(MemberAction, "member_action")


@login_not_required
def closed(_request: HttpRequest, _rest: str = "") -> HttpResponse:
    """No such page: an address is given by the invitation and proven by it, so allauth's e-mail pages have no use."""
    raise Http404


app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("team/", views_team.team_list, name="team"),
    path("team/invite/", views_team.invite, name="invite"),
    path("team/invitations/<uuid:public_id>/resend/", views_team.invitation_resend, name="invitation_resend"),
    path("team/invitations/<uuid:public_id>/revoke/", views_team.invitation_revoke, name="invitation_revoke"),
    path("team/<uuid:public_id>/<member_action:action>/", views_team.member_change, name="member_change"),
    path("settings/", views_team.brokerage, name="brokerage"),
    path("profile/", views_profile.profile, name="profile"),
    path("profile/tokens/", views_profile.token_list, name="tokens"),
    path("profile/tokens/<uuid:public_id>/revoke/", views_profile.token_revoke, name="token_revoke"),
    path("profile/sessions/<int:session_id>/end/", views_profile.session_end, name="session_end"),
    path("invitation/<str:secret>/", views_invitation.invitation, name="invitation"),
    path("accounts/email/", closed),
    path("accounts/confirm-email/", closed),
    path("accounts/confirm-email/<path:_rest>", closed),
    path("accounts/login/code/confirm/", closed),
]
