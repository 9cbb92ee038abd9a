"""A fault of ours at one thing, which is to hold up no other."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, TypeVar

import structlog
from django.db import OperationalError

log = structlog.get_logger(__name__)

Thing = TypeVar("Thing")
Made = TypeVar("Made")


class logged:  # noqa: N801 -- read as a verb: with mishaps.logged("message_not_freed", message=5)
    """Write an exception of the block down under `event`, with what it was about, and go on behind the block.

    A database that is away is no fault of the one thing: OperationalError goes on up, as do those named in `but`.
    """

    def __init__(self, event: str, *, but: tuple[type[Exception], ...] = (), **about: Any) -> None:  # noqa: ANN401 -- for the log
        self._event, self._about = event, about
        self._passing: tuple[type[Exception], ...] = (OperationalError, *but)

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, self._passing):
            return False
        log.error(self._event, exc_info=error, **self._about)
        return True


def together(
    event: str,
    act: Callable[[Sequence[Thing]], list[Made]],
    things: Sequence[Thing],
    *,
    named: Callable[[Thing], Any],
    but: tuple[type[Exception], ...] = (),
) -> list[Made]:
    """What `act` makes of all things at once, for the price of one; after a fault, of each by itself.

    `act` does everything or, when it fails, nothing: it is one transaction. A fault is written down under `event` with
    what the things are `named`; what is no fault of one thing goes on up, as with `logged`.
    """
    with logged(event, but=but, which=[named(one) for one in things]):
        return act(things)
    alone = [[one] for one in things] if len(things) > 1 else []
    return [made for one in alone for made in together(event, act, one, named=named, but=but)]
