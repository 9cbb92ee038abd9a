"""`manage.py create_broker "Andes Propiedades" ana@andes.cl`: a brokerage, and the invitation of who will run it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts import brokerages, invitations, time_zones
from accounts.enums import Country, Currency, Language, Role
from accounts.models import Broker, User


class Command(BaseCommand):
    """Going live: make a brokerage and let its first person in."""

    help = "Create a brokerage and invite (or, with --password-stdin, create) the person who will run it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the brokerage's name")
        parser.add_argument("email", help="who will run it")
        parser.add_argument("--slug", help="its short name; from the name when left out")
        parser.add_argument("--country", choices=Country.values, default=Country.CL)
        parser.add_argument("--currency", choices=Currency.values, default=Currency.CLP)
        parser.add_argument("--language", choices=Language.values, default=Language.ES)
        parser.add_argument("--time-zone", default="America/Santiago")
        parser.add_argument("--password-stdin", action="store_true", help="create the person, password from stdin")
        parser.add_argument("--staff", action="store_true", help="with --password-stdin: also into Django admin")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        slug = options["slug"] or slugify(options["name"])[:50]
        email = options["email"].strip().lower()
        try:
            validate_email(email)
            time_zones.validate(options["time_zone"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not slug or Broker.objects.filter(slug=slug).exists():
            raise CommandError(f"The short name {slug!r} is taken or empty: give another with --slug.")
        if User.objects.filter(email=email).exists():
            raise CommandError(f"{email} has an account already.")
        with transaction.atomic():
            known = ("name", "country", "currency", "language", "time_zone")
            made = Broker(slug=slug, **{name: options[name] for name in known})
            broker = brokerages.found(made, now=timezone.now())
            self._let_in(broker, email, options)

    def _let_in(self, broker: Broker, email: str, options: dict[str, Any]) -> None:
        if options["password_stdin"]:
            password = self._password()
            User.objects.create_user(
                email, password, broker=broker, role=Role.ADMIN, is_staff=options["staff"], language=broker.language
            )
            self.stdout.write(f"{broker} is ready: {email} can sign in.")
            return
        _made, link = invitations.invite(broker=broker, email=email, role=Role.ADMIN, by=None, now=timezone.now())
        self.stdout.write(f"{broker} is ready. Invitation for {email}, for 7 days, also sent by mail:\n{link}")

    def _password(self) -> str:
        password = sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
