"""Extensions, the folding function, the cache table, and the walls around jobs."""

from django.conf import settings
from django.db import migrations

from core import walls
from core.migration_sql import owned_by_search

# Trusted extensions: the database's owner may create them. Schema-qualified so that restores and indexes are safe.
EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""
FOLD = """
CREATE FUNCTION core_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
"""
CACHE = """
CREATE TABLE core_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""
# Ids only, of unfinished jobs that nobody holds, for the engine (core.jobs.stalled).
STALLED = """
CREATE FUNCTION core_stalled_jobs(most integer) RETURNS TABLE (broker_id bigint, job_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT job.broker_id, job.id FROM core_job AS job
    WHERE job.state IN ('queued', 'running') AND job.attempts < 20
      AND coalesce(job.lease_until, job.created_at + interval '5 seconds') < now()
    ORDER BY job.created_at LIMIT most
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(FOLD, "DROP FUNCTION core_fold(text)"),
        migrations.RunSQL(CACHE, "DROP TABLE core_cache"),
        walls.Raise("Job"),
        migrations.RunSQL(STALLED, "DROP FUNCTION core_stalled_jobs(integer)"),
        migrations.RunSQL(
            owned_by_search(
                "core_stalled_jobs(integer)",
                table="core_job",
                columns="id, broker_id, state, attempts, lease_until, created_at",
            ),
            migrations.RunSQL.noop,
        ),
    ]
