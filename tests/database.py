"""Test databases behind the walls: made by the owner from a migrated template, used by the application's role."""

import hashlib
import re
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(settings.BASE_DIR)


def template_name():
    """A name that changes with every migration, with the code they use and with the locked libraries."""
    sources = sorted(
        [
            *ROOT.glob("*/migrations/*.py"),
            ROOT / "core/walls.py",
            ROOT / "core/migration_sql.py",
            ROOT / "requirements.txt",
        ]
    )
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    return f"{connection.settings_dict['NAME']}_template_{digest}"


@contextmanager
def owner_connection(name):
    d = connection.settings_dict
    with psycopg.connect(
        host=d["HOST"], port=d["PORT"] or None, dbname=name, autocommit=True,
        user=settings.DB_OWNER["USER"], password=settings.DB_OWNER.get("PASSWORD"),
    ) as owner:  # fmt: skip
        yield owner


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


def wait_until_alone(*, seconds=15):
    """Wait for other sessions to leave this database: a live server's last threads end a moment after the browser."""
    name = connection.settings_dict["NAME"]
    connection.close()
    with owner_connection("postgres") as owner:
        for _ in range(seconds * 10):
            others = owner.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
            if others == (0,):
                return
            time.sleep(0.1)


def flush_as_owner(self, sql_list):
    """TRUNCATE ignores row security, so the application's role may not: empty the tables as their owner."""
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.execute("SET lock_timeout = '5s'")
        for sql in map(without_schedules, sql_list):
            try:
                owner.execute(sql)
            except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):  # somebody was still reading
                owner.execute(sql)


def without_schedules(sql):
    """TRUNCATE without the periodic tasks, which migrations seeded: whoever comes next looks for them."""
    return re.sub(r'"django_celery_beat_\w+",? ?', "", sql).replace(", ;", ";")


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
