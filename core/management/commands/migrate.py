"""`migrate`, run as the owner of the tables; the application's role may not change the schema."""

from typing import Any

from django.core.management.commands import migrate

from core import roles
from core.migration_states import LeanExecutor

migrate.MigrationExecutor = LeanExecutor  # type: ignore[attr-defined]  # Django's command asks nobody which to use


class Command(migrate.Command):
    """Django's migrate behind the owner's credentials."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        """Reconnect as the owner, grant the application its rights, migrate."""
        with roles.as_owner():
            roles.grant_to_application()
            super().handle(*args, **options)
