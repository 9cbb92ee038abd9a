"""The page of a person's day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from accounts.models import User
from appointments.pages import zone_words
from core.htmx import wants_fragment
from pipeline import today

_NOON, _EVENING = 12, 20


@require_safe
@never_cache
def today_page(request: BrokerRequest) -> HttpResponse:
    """One's own day; who runs the brokerage may look at a colleague's (`who`: a public id)."""
    now = timezone.now()
    team = _team(request.user)
    wanted = request.GET.get("who", "")
    person = next((each for each in team if str(each.public_id) == wanted), request.user)
    context = {
        "day": today.of(person, seen_by=request.user, now=now),
        "person": person,
        "own": person.pk == request.user.pk,
        "team": team,
        "greeting": _greeting(timezone.localtime(now).hour),
        "zone": zone_words(request, now),
        "now": now,
    }
    return render(request, "pipeline/today_body.html" if wants_fragment(request) else "pipeline/today.html", context)


def _team(user: User) -> list[User]:
    """Whose days a person may look at."""
    if not user.is_admin:
        return []
    return list(User.objects.filter(broker=user.broker, is_active=True).order_by("name", "email"))


def _greeting(hour: int) -> str:
    """Which greeting fits the hour: morning, afternoon, evening."""
    if 5 <= hour < _NOON:  # noqa: PLR2004 -- before five it is still last night
        return "morning"
    return "afternoon" if _NOON <= hour < _EVENING else "evening"
