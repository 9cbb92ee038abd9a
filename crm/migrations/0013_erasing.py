"""The one way to take history away: of a person who was erased, table by table; and the nightly purge of spreadsheets."""

from django.db import migrations

from core.migration_sql import SEARCH_ROLE

# The history of leads with an Erasure and of nobody else, inside the brokerage in force. The tables are found by their
# shape, so that the history of a new one is not forgotten.
ERASE = r"""
CREATE FUNCTION crm_erase_history(lead_ids bigint[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    broker bigint := nullif(current_setting('app.broker_id', true), '')::bigint;
    history record;
    gone bigint;
    total bigint := 0;
BEGIN
    IF broker IS NULL OR EXISTS (
        SELECT FROM unnest(lead_ids) AS wanted WHERE NOT EXISTS (
            SELECT FROM crm_erasure e WHERE e.broker_id = broker AND e.lead_id = wanted)
    ) THEN
        RAISE EXCEPTION 'only the history of an erased person is taken away';
    END IF;
    FOR history IN
        SELECT c.relname AS name, CASE WHEN c.relname = 'crm_leadevent' THEN 'pgh_obj_id' ELSE 'lead_id' END AS key
        FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
            AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'pgh_id')
            AND (c.relname = 'crm_leadevent'
                 OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'lead_id' AND NOT a.attisdropped))
    LOOP
        EXECUTE format('DELETE FROM %I WHERE broker_id = $1 AND %I = ANY($2)', history.name, history.key)
        USING broker, lead_ids;
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
    END LOOP;
    RETURN total;
END $$;
"""
GRANT = f"""
DO $$ DECLARE history record; BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{SEARCH_ROLE}') THEN
        FOR history IN
            SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
                AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'pgh_id')
        LOOP
            EXECUTE format('GRANT SELECT, DELETE ON %I TO {SEARCH_ROLE}', history.name);
        END LOOP;
        GRANT SELECT (broker_id, lead_id) ON crm_erasure TO {SEARCH_ROLE};
        GRANT USAGE, CREATE ON SCHEMA public TO {SEARCH_ROLE};
        ALTER FUNCTION crm_erase_history(bigint[]) OWNER TO {SEARCH_ROLE};
        REVOKE CREATE ON SCHEMA public FROM {SEARCH_ROLE};
    END IF;
END $$;
"""
NAME = "Limpieza nocturna de planillas"


def schedule(apps, _schema_editor):
    night, _made = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="25", hour="4", day_of_week="*", day_of_month="*", month_of_year="*", timezone="America/Santiago"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": "crm.purge_files", "crontab": night}
    )


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("crm", "0012_capture_forms"), ("django_celery_beat", "0019_alter_periodictasks_options")]

    operations = [
        migrations.RunSQL(ERASE, "DROP FUNCTION crm_erase_history(bigint[])"),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
        migrations.RunPython(schedule, unschedule),
    ]
