"""A migrate changes rendered models in place where Django renders them anew with all that is tied to them."""

import pytest
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from core.management.commands import migrate
from core.migration_states import LeanExecutor, LeanState


def migrated(state):
    """Every migration's changes, on a state that has rendered its models before the first."""
    graph = MigrationLoader(None).graph
    assert state.apps
    for key in graph._generate_plan(graph.leaf_nodes(), at_end=True):
        for operation in graph.nodes[key].operations:
            operation.state_forwards(key[0], state)
    return state


def seen(apps):
    """What a registry's models are, and what each is tied to."""
    return {model._meta.label: _seen(model) for model in apps.get_models(include_auto_created=True)}


def _seen(model):
    plain = MigrationAutodetector(ProjectState(), ProjectState()).deep_deconstruct
    state, ties = ModelState.from_model(model), model._meta.get_fields(include_hidden=True)
    options = {name: plain(option) for name, option in state.options.items() if name != "auto_created"}
    return {
        "fields": {name: plain(field) for name, field in state.fields.items()},
        "options": options | {"triggers": [trigger.name for trigger in getattr(model._meta, "triggers", [])]},
        "ties": sorted((tie.name, tie.related_model._meta.label) for tie in ties if tie.is_relation),
    }


def test_after_all_migrations_the_rendered_models_are_what_django_would_render():
    lean = migrated(LeanState(real_apps=set()))
    fresh = ProjectState(lean.models, lean.real_apps)
    assert len(lean.models) > 90
    assert seen(lean.apps) == seen(fresh.apps)


def test_migrate_uses_it():
    assert migrate.migrate.MigrationExecutor is LeanExecutor


@pytest.fixture
def state():
    """Two rendered models, a child that points to its parent."""
    state = LeanState(real_apps=set())
    assert state.apps
    state.add_model(ModelState("core", "Parent", [("id", models.AutoField(primary_key=True))]))
    key = models.ForeignKey("core.Parent", models.CASCADE, related_name="children")
    state.add_model(ModelState("core", "Child", [("id", models.AutoField(primary_key=True)), ("parent", key)]))
    return state


@pytest.mark.parametrize(
    ("change", "arguments"),
    [
        ("add_model", [ModelState("core", "Other", [("child", models.OneToOneField("core.Child", models.CASCADE, primary_key=True))])]),
        ("add_field", ["core", "child", "name", models.TextField(), True]),
        ("add_field", ["core", "child", "friend", models.ForeignKey("core.Child", models.CASCADE), True]),
        ("add_index", ["core", "child", models.Index(fields=["parent"], name="child_parent")]),
        ("add_constraint", ["core", "child", models.UniqueConstraint(fields=["parent"], name="child_once")]),
        ("alter_field", ["core", "child", "parent", models.ForeignKey("core.Parent", models.CASCADE, "children", verbose_name="of"), True]),
    ],
)  # fmt: skip
def test_no_model_is_rendered_again_for_what_changes_none(state, change, arguments):
    before = [state.apps.get_model("core", name) for name in ("Parent", "Child")]
    getattr(state, change)(*arguments)
    assert [state.apps.get_model("core", name) for name in ("Parent", "Child")] == before
    assert seen(state.apps) == seen(ProjectState(state.models).apps)


def test_a_field_that_changes_renders_its_model_again(state):
    before = state.apps.get_model("core", "Child")
    state.alter_field("core", "child", "parent", models.ForeignKey("core.Parent", models.CASCADE, null=True), True)
    assert state.apps.get_model("core", "Child") is not before
    assert seen(state.apps) == seen(ProjectState(state.models).apps)
