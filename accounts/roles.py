"""Who may open a page: decorators on top of the login that every page needs anyway."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from accounts.http import BrokerRequest

P = ParamSpec("P")
View = Callable[Concatenate[BrokerRequest, P], HttpResponseBase]


def admin_only(view: View[P]) -> View[P]:
    """For those who run the brokerage; others get 403."""

    @wraps(view)
    def guarded(request: BrokerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def members_only(view: View[P]) -> View[P]:
    """For people of a brokerage; platform staff get 403."""

    @wraps(view)
    def guarded(request: BrokerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.broker_id is None:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
