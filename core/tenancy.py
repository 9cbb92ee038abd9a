"""One brokerage at a time: the context that every touch of tenant data needs.

Four walls keep brokerages apart (docs/adr/0002-tenancy.md): the scoped manager in ``core.tenant_models``, the SQL guard
in ``core.db.guard``, forced row-level security and composite foreign keys (both raised by ``core.walls``).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connection, transaction

Read = TypeVar("Read")
Thing = TypeVar("Thing")
Key = TypeVar("Key")
_current: ContextVar[int | None] = ContextVar("broker_id", default=None)


class NoTenant(RuntimeError):
    """Tenant data was touched while no brokerage was chosen."""


class WrongTenant(RuntimeError):
    """A block for one brokerage was opened inside a block for another."""


def current() -> int:
    """The id of the brokerage in force; raises NoTenant when there is none."""
    broker_id = _current.get()
    if broker_id is None:
        msg = "No brokerage is chosen: open tenancy.use(broker_id) first."
        raise NoTenant(msg)
    return broker_id


def is_open() -> bool:
    """Whether a brokerage is in force."""
    return _current.get() is not None


def _announce(broker_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.broker_id', %s, true)", [str(broker_id or "")])


@contextmanager
def use(broker_id: int) -> Iterator[None]:
    """Work inside one brokerage, in one transaction.

    Nesting for the same brokerage joins the open block; for another one it raises WrongTenant. PostgreSQL learns the
    id through SET LOCAL, which ends with the transaction; inside a longer one it is cleared by hand after a success,
    because SET LOCAL outlives a released savepoint. What counts as open is the connection, not the contextvar: a copied
    context in another thread carries the contextvar onto a connection that was told nothing.
    """
    opened: int | None = getattr(connection, "broker_id", None)
    if opened is not None:
        if opened != broker_id:
            msg = f"Brokerage {opened} is open; {broker_id} cannot be opened inside it."
            raise WrongTenant(msg)
        yield
        return
    goes_on = connection.in_atomic_block
    with transaction.atomic():
        _announce(broker_id)
        token = _current.set(broker_id)
        connection.broker_id = broker_id  # type: ignore[attr-defined] # on our DatabaseWrapper
        try:
            yield
        finally:
            _current.reset(token)
            connection.broker_id = None  # type: ignore[attr-defined]
            forget()
        if goes_on and not connection.needs_rollback:
            _announce(None)


def apart(things: Iterable[Thing], key_of: Callable[[Thing], Key]) -> dict[Key, list[Thing]]:
    """Things of several brokerages, those of one key by themselves, in their order; the key names the brokerage."""
    found: dict[Key, list[Thing]] = {}
    for thing in things:
        found.setdefault(key_of(thing), []).append(thing)
    return found


def once(read: Callable[[], Read]) -> Read:
    """What `read` finds, read once in an open block: a request needs the rules of its brokerage in three places.

    Whoever writes what it read calls `forget`.
    """
    current()
    known: dict[Callable[[], Read], Read] = connection.known  # type: ignore[attr-defined] # on our DatabaseWrapper
    if read not in known:
        known[read] = read()
    return known[read]


def forget() -> None:
    """Read again whatever `once` knows."""
    connection.known = {}  # type: ignore[attr-defined]
