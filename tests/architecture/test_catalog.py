"""What PostgreSQL itself says about the walls, read from its catalog: a new table cannot be forgotten."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from core.db.guard import tenant_tables
from core.roles import as_owner
from core.tenant_models import TenantModel
from tests.architecture.probe.world import is_append_only

GLOBAL = {  # tables without a brokerage, each with its reason
    "accounts_broker": "the tenants themselves",
    "accounts_user": "needed before the tenant is known",
    "accounts_invitation": "opened by strangers",
    "accounts_apitoken": "needed before the tenant is known",
    "accounts_adminvisit": "which brokerage platform staff entered",
    "core_heartbeat": "signs of life of processes",
    "messaging_contactpolicy": "what countries say, the same for everybody",
    "core_slot": "turns of periodic tasks",
    "core_cache": "throttles and logins; keys name no tenant data",
}
FOREIGN_APPS = (
    "account_", "auth_", "axes_", "django_", "mfa_", "pghistory_", "usersessions_",
)  # fmt: skip
ALLOWED_DEFINERS = {
    "campaigns_due",
    "campaigns_running",
    "core_stalled_jobs",
    "crm_due_reminders",
    "crm_form_broker",
    "crm_erase_history",
    "crm_search",
    "integrations_due_deliveries",
    "messaging_account_of",
    "messaging_claim",
    "messaging_events_waiting",
    "messaging_leases_over",
    "messaging_overdue",
    "messaging_unknown_due",
}
UNIQUE_ACROSS = {  # each says why where it is made
    "messaging_account_address",
    "messaging_account_token",
}


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.fixture
def tables(db):
    found = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    }
    return {name for name in found if not name.startswith(FOREIGN_APPS)}


def test_every_table_is_walled_or_listed_as_global(tables):
    assert tables - tenant_tables() == set(GLOBAL) & tables
    assert not tenant_tables() - tables


def test_every_tenant_table_has_a_brokerage_that_cannot_be_missing(tables):
    nullable = rows(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'broker_id' AND is_nullable = 'YES' "
        "AND table_name = ANY(%s)", list(tenant_tables()),
    )  # fmt: skip
    assert nullable == []


def test_row_security_is_forced_with_one_checked_policy(tables):
    state = rows(
        """SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, count(p.oid),
                  bool_and(p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL AND p.polcmd = '*')
           FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
           WHERE c.relname = ANY(%s) AND c.relkind = 'r' GROUP BY 1, 2""",
        list(tenant_tables()),
    )
    assert {name for name, forced, policies, checked in state if not (forced and policies == 1 and checked)} == set()
    assert len(state) == len(tenant_tables())


def test_every_reference_between_tenants_is_composite_and_valid(tables):
    walled = [*tenant_tables(), "accounts_user"]
    plain = rows(
        """SELECT conrelid::regclass::text, conname FROM pg_constraint
           WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s) AND confrelid::regclass::text = ANY(%s)
             AND (array_length(conkey, 1) < 2 OR NOT convalidated)
             AND conrelid::regclass::text <> ALL(%s)""",
        list(tenant_tables()), walled, list(GLOBAL),
    )  # fmt: skip
    assert plain == []


def test_every_foreign_key_column_of_a_tenant_table_is_tied(tables):
    """A key made with db_constraint=False must have its composite sibling."""
    tied = {
        (table, column)
        for table, column in rows(
            """SELECT conrelid::regclass::text, a.attname FROM pg_constraint c
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) WHERE contype = 'f'"""
        )
    }
    expected = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if getattr(model, "walled", False) and not hasattr(model, "pgh_id")
        for field in model._meta.concrete_fields
        if field.is_relation
    }
    assert expected - tied == set()


def test_unique_indexes_of_tenant_tables_begin_with_the_brokerage(tables):
    loose = rows(
        """SELECT i.indexrelid::regclass::text FROM pg_index i
           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
           WHERE i.indisunique AND NOT i.indisprimary AND i.indrelid::regclass::text = ANY(%s) AND a.attname <> 'broker_id'""",
        list(tenant_tables()),
    )
    assert {name for (name,) in loose} == UNIQUE_ACROSS


def test_functions_that_look_across_are_the_listed_ones_with_a_fixed_path(tables):
    definers = rows(
        """SELECT p.proname, p.proconfig::text, pg_get_userbyid(p.proowner) FROM pg_proc p
           WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"""
    )
    assert {name for name, _, _ in definers} == ALLOWED_DEFINERS
    assert all("search_path=public, pg_temp" in config.replace('"', "") for _, config, _ in definers)
    assert {owner for _, _, owner in definers} == {"corredor_search"}


def test_there_is_no_view_that_runs_as_its_owner(tables):
    assert rows("SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
                "AND relname NOT LIKE 'pg\\_%%'") == []  # fmt: skip


def test_the_application_role_is_small(tables):
    [(superuser, bypass, create_role, create_db)] = rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    assert not any((superuser, bypass, create_role, create_db))
    owned = rows(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relowner = current_user::regrole"
    )
    truncatable = rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                       "AND has_table_privilege(oid, 'TRUNCATE')")  # fmt: skip
    assert owned == [(0,)]
    assert truncatable == []


def test_audit_tables_are_append_only_for_the_application(tables):
    events = [
        model._meta.db_table for model in apps.get_models() if is_append_only(model) and getattr(model, "walled", False)
    ]
    assert events
    for table in events:
        rights = rows(
            "SELECT has_table_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE'), "
            "has_table_privilege(%s, 'TRUNCATE'), has_table_privilege(%s, 'INSERT')",
            *[table] * 4,
        )
        assert rights == [(False, False, False, True)]


def _written(value):
    return f"'{value}'" if isinstance(value, str) else f" {value}"


def test_every_stored_enum_has_a_check_built_from_its_values(tables):
    """Each choices column of our own tables refuses a value outside its enum, by a constraint of the database."""
    missing = []
    for model in apps.get_models():
        if model._meta.app_label not in {
            "core",
            "accounts",
            "crm",
            "pipeline",
            "appointments",
            "messaging",
            "templates_app",
            "campaigns",
            "integrations",
        } or hasattr(model, "pgh_id"):
            continue
        checks = " ".join(
            definition for (definition,) in rows(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", model._meta.db_table
            )
        )  # fmt: skip
        for field in model._meta.concrete_fields:
            if field.choices and not all(_written(value) in checks for value, _ in field.flatchoices if value):
                missing.append(f"{model.__name__}.{field.name}")
    assert missing == []


@pytest.mark.django_db(transaction=True)
def test_a_reference_added_later_finds_orphans(broker, make_lead):
    """Adding a key on forced tables as their owner must not validate zero rows."""
    from core import walls

    make_lead()
    with (
        as_owner(),
        pytest.raises(Exception, match="violates foreign key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("ALTER TABLE crm_lead ADD COLUMN orphan_id bigint DEFAULT 999")
        for statement in walls.reference("crm_lead", "orphan_id", "crm_tag"):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_settings_run_as_the_application_role():
    assert connection.settings_dict["USER"] == settings.DB_APP_ROLE == "corredor_app"


def test_no_index_is_of_the_brokerage_alone(tables):
    """Every other index begins with it. History is apart: pghistory makes its indexes."""
    lone = rows(
        """SELECT i.indexrelid::regclass::text FROM pg_index i
           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
           WHERE i.indnatts = 1 AND NOT i.indisunique AND a.attname = 'broker_id' AND i.indrelid::regclass::text = ANY(%s)""",
        [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)],
    )
    assert [name for (name,) in lone] == []
