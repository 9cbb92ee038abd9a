"""Migration operations that raise two of the four walls on a table: row-level security and composite foreign keys.

Add ``walls.Raise("Lead", …)`` after the CreateModel operations of a migration. It reads the models, so no foreign key
can be forgotten: every key to another walled table, or to a user, becomes (broker_id, x_id) → (broker_id, id). A
plain key would accept another brokerage's id, because PostgreSQL's own checks bypass row security.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SEARCH_ROLE = "corredor_search"
POLICY = "broker_id = (SELECT nullif(current_setting('app.broker_id', true), '')::bigint)"
# nullif: once used, an unset setting reads ''. The SELECT makes it one evaluation a statement.


class Raise(Operation):
    """Force row-level security on the named models' tables and tie them to others by composite foreign keys."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, *model_names: str) -> None:
        """Take the names of models of the migration's own app."""
        self.model_names = model_names

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Django's serialisation of the operation."""
        return self.__class__.__name__, list(self.model_names), {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in Django's model state: the walls live in the database only."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Raise the walls."""
        found = [to_state.apps.get_model(app_label, name) for name in self.model_names]
        for statement in (*_keys(found), *_references(found), *_policies(found, settings.DB_APP_ROLE)):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave the tables to the operations that drop them: a wall is never taken down on a living table."""

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return f"Raise the brokerage walls on {', '.join(self.model_names)}"


class AppendOnly(Raise):
    """Let the application's role add rows to the named models' tables and neither change nor delete them."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Take the rights away."""
        for name in self.model_names:
            table = _table(to_state.apps.get_model(app_label, name))
            schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{settings.DB_APP_ROLE}"')

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return f"Make {', '.join(self.model_names)} append-only for the application"


class DropLoneIndexes(Operation):
    """Drop what Django made for single foreign keys of an app's models that ask for no index of their own any more.

    `fields` names them by model. An AlterField of each would make the foreign key anew in the database, and all models
    that have to do with it in memory, which takes seconds of every first start.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.fields = fields

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Say in Django's model state that they have no index."""
        for model, names in self.fields.items():
            known = state.models[app_label, model].fields
            for name in names:
                known[name] = known[name].clone()
                known[name].db_index = False
                if "apps" in state.__dict__:  # changed in place: to render all that hangs on it for this takes long
                    state.apps.get_model(app_label, model)._meta.get_field(name).db_index = False  # noqa: SLF001

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop every index of one such column and nothing else."""
        for model in to_state.apps.get_app_config(app_label).get_models(include_auto_created=True):
            for field in model._meta.local_fields:  # noqa: SLF001
                if isinstance(field, models.ForeignKey) and not (getattr(field, "db_index", True) or field.unique):
                    schema_editor.execute(_LONE.format(table=_table(model), column=field.column))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave it: nothing but speed depends on an index that is not unique."""

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return "Drop indexes of single columns that others begin with"


_LONE = """
DO $$ DECLARE found regclass; BEGIN
    FOR found IN SELECT i.indexrelid::regclass FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = '"{table}"'::regclass AND i.indnatts = 1 AND NOT i.indisunique AND i.indpred IS NULL
          AND a.attname = '{column}'
    LOOP EXECUTE 'DROP INDEX ' || found; END LOOP;
END $$
"""


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 -- Django's documented model API


def _is_event(model: type[models.Model]) -> bool:
    return any(field.name == "pgh_id" for field in model._meta.fields)  # noqa: SLF001


def _keys(found: list[type[models.Model]]) -> Iterator[str]:
    for model in found:
        if not _is_event(model):
            table = _table(model)
            yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_broker_id_key" UNIQUE (broker_id, id)'


def _references(found: list[type[models.Model]]) -> Iterator[str]:
    for model in found:
        if _is_event(model):
            continue  # history survives the rows it tells of
        for field in model._meta.fields:  # noqa: SLF001
            target = field.related_model
            if isinstance(field, models.ForeignKey) and isinstance(target, type) and _has_broker(target):
                yield from reference(_table(model), field.column, _table(target))


def _has_broker(model: type[models.Model]) -> bool:
    return any(field.name == "broker" for field in model._meta.fields)  # noqa: SLF001


def reference(table: str, column: str, target: str) -> Iterator[str]:
    """SQL for one composite foreign key; also right on tables that hold rows.

    Adding a key on a forced table as its owner validates zero rows and accepts orphans, so force is lifted meanwhile.
    """
    name = f"{table}_{column}_walled"
    yield f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{target}" NO FORCE ROW LEVEL SECURITY'
    yield (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (broker_id, "{column}") '
        f'REFERENCES "{target}" (broker_id, id) DEFERRABLE INITIALLY DEFERRED'
    )
    yield from (_force_if_enabled(each) for each in dict.fromkeys((table, target)))


def _force_if_enabled(table: str) -> str:
    return (
        f"DO $$ BEGIN IF (SELECT relrowsecurity FROM pg_class WHERE oid = '\"{table}\"'::regclass) "  # noqa: S608 -- a model's table
        f'THEN ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY; END IF; END $$'
    )


def _policies(found: list[type[models.Model]], app_role: str) -> Iterator[str]:
    for model in found:
        table = _table(model)
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
        yield f'CREATE POLICY broker_wall ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})'
        if _is_event(model):
            yield f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{app_role}"'
            yield (  # for `crm_erase_history`, the one way to take a person's history away
                f"DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{SEARCH_ROLE}') "  # noqa: S608
                f'THEN GRANT SELECT, DELETE ON "{table}" TO {SEARCH_ROLE}; END IF; END $$'
            )
