"""Who a sheet means by "Responsable": people of the brokerage, by e-mail address or name."""

from collections.abc import Iterable

from accounts.models import Broker, User
from core.text import fold


class Owners:
    """The active people of a brokerage, findable as sheets name them."""

    def __init__(self, people: Iterable[User]) -> None:
        self._by_word: dict[str, User | None] = {}
        for person in people:
            for word in {fold(person.email), fold(person.name), fold(person.name).partition(" ")[0]} - {""}:
                # a first name that two people share means neither
                self._by_word[word] = None if word in self._by_word else person

    @classmethod
    def of(cls, broker: Broker) -> "Owners":
        """The people of `broker`, one query."""
        return cls(User.objects.of(broker).filter(is_active=True).order_by("pk"))

    def named(self, said: str) -> User | None:
        """The person, or None when nobody or more than one is meant."""
        return self._by_word.get(fold(said))
