"""Migrating forwards without rendering models that stay as they are.

Django renders, after each operation, the model it changed and all models tied to it, near or far: to migrate an empty
database takes eleven thousand renderings. A model that is new, an index, a constraint, a trigger change no other
model, and three of four renderings were theirs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db.migrations import Migration, RunPython
from django.db.migrations.exceptions import InvalidBasesError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import BaseConstraint, Field, Index, Model

Changed = TypeVar("Changed")

WORDS = ("verbose_name", "help_text", "choices", "blank", "editable")
"""What forms and people read of a field; neither the database nor another model does."""


class LeanState(ProjectState):
    """A state whose rendered models are changed in place where nothing but one of them has to change.

    Earlier states share its models, so it is for migrating forwards: no operation asks an earlier state's *model* for
    what is changed in place here; indexes and constraints to be removed are looked for in its `models`.
    """

    @classmethod
    def of(cls, state: ProjectState) -> "LeanState":
        """Take over another state with what it has rendered."""
        lean = cls(state.models, state.real_apps)
        lean.is_delayed = state.is_delayed
        if "apps" in state.__dict__:
            lean.__dict__["apps"] = state.apps
        return lean

    def add_model(self, model_state: ModelState) -> None:
        key = model_state.app_label, model_state.name_lower
        rendered = self.__dict__.get("apps")
        with self._unrendered():
            super().add_model(model_state)
        if rendered is None:
            return
        if key[1] in rendered.all_models[key[0]]:  # others are tied to the one of that name
            self.reload_model(*key)
            return
        try:
            rendered.render_multiple([model_state])
        except InvalidBasesError:  # Django's words for it
            self.reload_model(*key)

    def add_field(
        self,
        app_label: str,
        model_name: str,
        name: str,
        field: "Field[Any, Any]",
        preserve_default: bool,  # noqa: FBT001
    ) -> None:
        if field.many_to_many or field.primary_key:
            super().add_field(app_label, model_name, name, field, preserve_default)
            return
        with self._unrendered():
            super().add_field(app_label, model_name, name, field, preserve_default)
        if model := self._rendered(app_label, model_name):
            self.models[app_label, model_name].fields[name].clone().contribute_to_class(model, name)
            self.apps.clear_cache()

    def alter_field(
        self,
        app_label: str,
        model_name: str,
        name: str,
        field: "Field[Any, Any]",
        preserve_default: bool,  # noqa: FBT001
    ) -> None:
        if not preserve_default or not _words_alone(self.models[app_label, model_name].fields[name], field):
            super().alter_field(app_label, model_name, name, field, preserve_default)
            return
        with self._unrendered():
            super().alter_field(app_label, model_name, name, field, preserve_default)
        if model := self._rendered(app_label, model_name):
            known, fresh = model._meta.get_field(name), field.clone()  # noqa: SLF001 -- Django's documented model API
            fresh.set_attributes_from_name(name)
            for word in (*WORDS, "_verbose_name"):
                setattr(known, word, getattr(fresh, word))

    def add_index(self, app_label: str, model_name: str, index: Index) -> None:
        self._in_place("indexes", super().add_index, app_label, model_name, index)

    def remove_index(self, app_label: str, model_name: str, index_name: str) -> None:
        self._in_place("indexes", super().remove_index, app_label, model_name, index_name)

    def add_constraint(self, app_label: str, model_name: str, constraint: BaseConstraint) -> None:
        self._in_place("constraints", super().add_constraint, app_label, model_name, constraint)

    def remove_constraint(self, app_label: str, model_name: str, constraint_name: str) -> None:
        self._in_place("constraints", super().remove_constraint, app_label, model_name, constraint_name)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's
        if not self._triggers_changed(app_label, model_name):
            super().reload_model(app_label, model_name, delay=delay)

    @contextmanager
    def _unrendered(self) -> Iterator[None]:
        apps = self.__dict__.pop("apps", None)
        try:
            yield
        finally:
            if apps is not None:
                self.__dict__["apps"] = apps

    def _rendered(self, app_label: str, model_name: str) -> type[Model] | None:
        return self.apps.get_model(app_label, model_name) if "apps" in self.__dict__ else None

    def _in_place(
        self, option: str, change: Callable[[str, str, Changed], None], app_label: str, model_name: str, what: Changed
    ) -> None:
        with self._unrendered():
            change(app_label, model_name, what)
        if model := self._rendered(app_label, model_name):
            meta = model._meta  # noqa: SLF001 -- Django's documented model API
            setattr(meta, option, self.models[app_label, model_name].options[option])
            meta.__dict__.pop("total_unique_constraints", None)

    def _triggers_changed(self, app_label: str, model_name: str) -> bool:
        """Whether the rendered model had others; it has these now. pgtrigger's operations change nothing else."""
        if "apps" not in self.__dict__ or model_name not in self.apps.all_models[app_label]:
            return False
        meta = self.apps.get_model(app_label, model_name)._meta  # noqa: SLF001 -- Django's documented model API
        triggers = self.models[app_label, model_name].options.get("triggers", [])
        changed = bool(triggers != getattr(meta, "triggers", []))
        meta.triggers = triggers
        return changed


def _words_alone(old: "Field[Any, Any]", new: "Field[Any, Any]") -> bool:
    (*kind, known), (*same, fresh) = old.deconstruct()[1:], new.deconstruct()[1:]
    if kind != same or (old.choices is None) != (new.choices is None):
        return False
    return {k: v for k, v in known.items() if k not in WORDS} == {k: v for k, v in fresh.items() if k not in WORDS}


class LeanExecutor(MigrationExecutor):
    """Django's executor; forwards it keeps the lean state."""

    def migrate(self, *args: Any, **kwargs: Any) -> ProjectState:  # noqa: ANN401
        if isinstance(state := kwargs.get("state"), ProjectState):
            kwargs["state"] = LeanState.of(state)
        return super().migrate(*args, **kwargs)

    def apply_migration(self, state: ProjectState, migration: Migration, *args: Any, **kwargs: Any) -> ProjectState:  # noqa: ANN401
        if state.is_delayed and any(isinstance(operation, RunPython) for operation in migration.operations):
            state.clear_delayed_apps_cache()
            _ = state.apps  # rendered now and once, or each RunPython from here on does it for itself alone
            state.is_delayed = False
        return super().apply_migration(state, migration, *args, **kwargs)
