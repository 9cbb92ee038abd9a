"""Saved views: filters under a name, one's own or the team's; one of them may be what a page opens with.

A view keeps the query of the page's address, so the address stays the state and a view is nothing but a link.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from accounts.models import User
from core import audit
from core.actors import Actor
from crm.enums import ViewPage
from crm.filter_bar import FilterBar
from crm.models import DefaultView, SavedView

MOST = 50
"""As many views of one's own a page has."""
_LONGEST = 2000


class TooMany(Exception):
    """One has MOST views of that page already."""


def of(user: User, page: str | None = None) -> QuerySet[SavedView]:
    """A person's own views and the team's, by name; each says whether the page opens with it (`is_default`)."""
    mine = DefaultView.objects.filter(user=user, view=OuterRef("pk"))
    seen = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")
    views = seen.annotate(is_default=Exists(mine)).order_by("name", "id")
    return views.filter(page=page) if page else views


def may_change(view: SavedView, user: User) -> bool:
    """One's own; those who run the brokerage also the team's."""
    return view.owner_id == user.pk or (view.is_shared and user.is_admin)


def save(user: User, page: ViewPage, name: str, query: str, *, shared: bool = False, now: datetime) -> SavedView:
    """Keep filters under a name; a view of one's own of that name is replaced. Raises TooMany."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two tabs at once find the same number
        known = SavedView.objects.filter(owner=user, page=page)
        stands = known.filter(name=name).first()
        if stands is None and known.count() >= MOST:
            raise TooMany
        values = {"query": query, "is_shared": shared}
        view, _made = SavedView.objects.update_or_create(owner=user, page=page, name=name, defaults=values)
        _forget_hidden(view)
        _tell(view, was_shared=stands is not None and stands.is_shared, by=Actor.of(user), now=now)
    return view


def change(view: SavedView, *, name: str, query: str, shared: bool, by: Actor, now: datetime) -> SavedView:
    """Rename a view, replace its filters, share it or stop sharing. Raises IntegrityError for a name taken."""
    with transaction.atomic():
        was = view.is_shared
        view.name, view.query, view.is_shared = name, query, shared
        view.save(update_fields=["name", "query", "is_shared"])
        _forget_hidden(view)
        _tell(view, was_shared=was, by=by, now=now)
    return view


def delete(view: SavedView, *, by: Actor, now: datetime) -> None:
    """Away with a view; pages that opened with it open with everything."""
    with transaction.atomic():
        SavedView.objects.filter(pk=view.pk).delete()
        if view.is_shared:
            _note("view.withdrawn", view, by=by, now=now)


def open_with(user: User, page: str, view: SavedView | None) -> None:
    """Let a person's page open with a view, or with everything."""
    if view is None:
        DefaultView.objects.filter(user=user, page=page).delete()
    else:
        DefaultView.objects.update_or_create(user=user, page=page, defaults={"view": view})


def opening_query(user: User, page: str) -> str:
    """The query a person's page opens with, "" for everything."""
    found = DefaultView.objects.filter(user=user, page=page).values_list("view__query", flat=True).first()
    return found or ""


def clean(query: str) -> str:
    """The filters and the order a query holds, without the rest of an address."""
    params = QueryDict(query[:_LONGEST].replace("\x00", ""))
    kept = QueryDict(mutable=True)
    for name in (*FilterBar.names, "sort"):
        if words := [word for word in params.getlist(name) if word.strip()]:
            kept.setlist(name, words)
    return kept.urlencode()[:_LONGEST]


def _tell(view: SavedView, *, was_shared: bool, by: Actor, now: datetime) -> None:
    """What the team sees is told; one's own views are one's own."""
    if view.is_shared or was_shared:
        _note("view.shared" if view.is_shared else "view.withdrawn", view, by=by, now=now)


def _note(action: str, view: SavedView, *, by: Actor, now: datetime) -> None:
    data = {"page": str(view.page)}
    audit.note(action, by=by, now=now, subject="crm.SavedView", subject_id=view.public_id, data=data)


def _forget_hidden(view: SavedView) -> None:
    """Nobody's page opens with a view that is not theirs to see any more."""
    if not view.is_shared:
        DefaultView.objects.filter(view=view).exclude(user_id=view.owner_id).delete()
