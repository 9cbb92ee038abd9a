"""`manage.py demo`: fill an empty installation with the demo brokerages, and say how to sign in."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from demo import cast, story


class Command(BaseCommand):
    """Installs the demo once."""

    help = "Fill an empty installation with two demo brokerages and print the logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One flag."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a brokerage exists already")

    def handle(self, *args: object, if_empty: bool, **options: object) -> None:
        """Install, unless something is there; then print the logins of the demo that exist."""
        if not story.is_installed():
            story.install(now=timezone.now())
        elif not if_empty:
            raise CommandError("There are brokerages already: the demo is for an empty installation.")
        people = [*(person for firm in cast.FIRMS for person in firm.people), cast.STAFF]
        known = set(User.objects.filter(email__in=[person.email for person in people]).values_list("email", flat=True))
        for person in people:
            if person.email in known:
                self.stdout.write(f"{person.email}  {cast.PASSWORD}  ({_place(person)})")


def _place(person: cast.Person) -> str:
    firm = next((firm.name for firm in cast.FIRMS if person in firm.people), None)
    return f"{firm}, {person.role}" if firm else "platform staff, /admin/"
