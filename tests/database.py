"""Test databases behind the walls: made by the owner from a migrated template, used by the application's role."""

import hashlib
import sys
import time
from functools import cache
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from core.stack.postgres import SUPERUSER

ROOT = Path(settings.BASE_DIR)


def template_name():
    """A name that changes with every migration, with the code they use and with the locked libraries."""
    sources = sorted(
        [
            *ROOT.glob("*/migrations/*.py"),
            ROOT / "core/walls.py",
            ROOT / "core/migration_sql.py",
            ROOT / "core/migration_states.py",
            ROOT / "requirements.txt",
        ]
    )
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    return f"{connection.settings_dict['NAME']}_template_{digest}"


def owner_connection(name):
    return _connection(name, settings.DB_OWNER["USER"], settings.DB_OWNER.get("PASSWORD"))


def app_connection(name):
    return _connection(name, settings.DB_APP_ROLE, settings.DB_APP_PASSWORD)


def _connection(name, user, password):
    d = connection.settings_dict
    where = {"host": d["HOST"], "port": d["PORT"] or None, "dbname": name}
    return psycopg.connect(**where, user=user, password=password or None, autocommit=True)


def build_template():
    """Migrate a database once for all workers and all runs; returns its name."""
    name, base = template_name(), connection.settings_dict["NAME"]
    with owner_connection("postgres") as owner:
        owner.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        existing = {row[0] for row in owner.execute("SELECT datname FROM pg_database").fetchall()}
        if name in existing:
            return name
        for stale in existing:
            if stale.startswith(f"{base}_template_"):
                owner.execute(f'DROP DATABASE "{stale}" WITH (FORCE)')
        owner.execute(f'CREATE DATABASE "{name}_new"')
        kept = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = f"{name}_new"
        try:
            call_command("migrate", verbosity=0)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = kept
        owner.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


def become(role):
    """Reconnect as another role for good."""
    connection.close()
    connection.settings_dict.update(role)


def wait_until_alone(*, seconds=3):
    """Wait for other sessions to leave this database; say what those did that stay, and end them."""
    name = connection.settings_dict["NAME"]
    connection.close()
    if _superuser.cache_info().currsize:
        _superuser(name).close()
    staying = "SELECT pid, query FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
    for own in (owner_connection, app_connection):  # each may end its own only
        with own("postgres") as here:
            for _ in range(seconds * 10):
                others = here.execute(staying, [name]).fetchall()
                if not others:
                    break
                time.sleep(0.1)
            for pid, query in others:
                print(f"Still at {name}, last with {query[:200]}", file=sys.__stderr__)
                here.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])


def empty(_case):
    """Empty the tables: those that take any room, since most tests fill few of a hundred."""
    _let_go()
    name = connection.settings_dict["NAME"]
    try:
        superuser = _superuser(name)
    except psycopg.OperationalError:  # a server of one's own
        with owner_connection(name) as owner:
            _truncate(owner)
    else:
        _delete(superuser)


def _let_go():
    """Whatever the test's session holds or has set is gone. A session made anew reads the whole catalogue anew."""
    if connection.connection is None or connection.in_atomic_block or not connection.is_usable():
        connection.close()
        return
    connection.connection.rollback()
    with connection.cursor() as cursor:
        cursor.execute("DISCARD ALL")


@cache
def _superuser(name):
    return _connection(name, SUPERUSER, None)


def _delete(superuser):
    """A few rows are deleted a hundred times faster than the files of all tables that refer to them are made anew."""
    superuser.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
    filled = [name for (name,) in superuser.execute(FILLED, [_tables(), 0]).fetchall()]
    if filled:
        superuser.execute("; ".join(f"DELETE FROM {name}" for name in filled))
    for (name,) in superuser.execute(FILLED, [filled, ROOMY]).fetchall():
        superuser.execute(f"VACUUM {name}")


def _truncate(owner):
    """The application's role may not, and row security would hide from the owner what a DELETE is to find."""
    owner.execute("SET lock_timeout = '5s'")
    if filled := owner.execute(FILLED, [_tables(), 0]).fetchall():
        sql = f"TRUNCATE {', '.join(name for (name,) in filled)} CASCADE"
        try:
            owner.execute(sql)
        except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):  # somebody was still reading
            owner.execute(sql)


@cache
def _tables():
    return [name for name in connection.introspection.django_table_names() if not name.startswith(SEEDED)]


SEEDED = ("django_celery_beat_", "django_content_type", "auth_permission", "messaging_contactpolicy")
"""Tables that migrations filled: whoever comes next looks for their rows."""
ROOMY = 1 << 18
FILLED = """SELECT oid::regclass::text FROM pg_class
    WHERE relname = ANY(%s) AND relkind = 'r' AND pg_relation_size(oid) > %s"""


def wait_until_idle(*, seconds=10):
    """Wait for the requests in flight to end: what a page asks for at its end is answered after its test."""
    busy = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"""
    with connection.cursor() as cursor:
        for _ in range(seconds * 20):
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)
