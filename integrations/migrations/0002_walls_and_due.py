"""The walls around webhooks, the function that tells the engine what is due, and the nightly purge."""

from django.db import migrations

from core import walls
from core.migration_sql import SEARCH_ROLE, owned_by_search

# Ids only, for the engine (integrations.deliveries.due): of every endpoint the first few, one while it fails, less what
# is on its way already. The endpoints take turns: a thousand deliveries of one do not come before another's first.
DUE = """
CREATE FUNCTION integrations_due_deliveries(at timestamptz, most integer)
RETURNS TABLE (broker_id bigint, delivery_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT endpoint.broker_id, due.id
    FROM integrations_webhookendpoint AS endpoint
    CROSS JOIN LATERAL (
        SELECT delivery.id, delivery.next_attempt_at,
               row_number() OVER (ORDER BY delivery.next_attempt_at, delivery.id) AS place
        FROM integrations_webhookdelivery AS delivery
        WHERE delivery.broker_id = endpoint.broker_id AND delivery.endpoint_id = endpoint.id
          AND delivery.state = 'pending' AND delivery.next_attempt_at <= at
          AND (delivery.lease_until IS NULL OR delivery.lease_until < at)
        ORDER BY delivery.next_attempt_at, delivery.id
        LIMIT greatest(0, CASE WHEN endpoint.failures > 0 THEN 1 ELSE 4 END - (
            SELECT count(*) FROM integrations_webhookdelivery AS held
            WHERE held.broker_id = endpoint.broker_id AND held.endpoint_id = endpoint.id
              AND held.state = 'pending' AND held.lease_until >= at
        ))
    ) AS due
    WHERE endpoint.is_active
    ORDER BY due.place, due.next_attempt_at LIMIT most
$$;
"""
READS_ENDPOINTS = f"""
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{SEARCH_ROLE}') THEN
        GRANT SELECT (id, broker_id, is_active, failures) ON integrations_webhookendpoint TO {SEARCH_ROLE};
    END IF;
END $$;
"""
NAME = "Limpieza nocturna de entregas de webhooks"


def schedule(apps, _schema_editor):
    night, _made = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="40", hour="4", day_of_week="*", day_of_month="*", month_of_year="*", timezone="America/Santiago"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": "integrations.purge", "crontab": night}
    )


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        walls.Raise("WebhookEndpoint", "WebhookEndpointEvent", "WebhookDelivery"),
        migrations.RunSQL(DUE, "DROP FUNCTION integrations_due_deliveries(timestamptz, integer)"),
        migrations.RunSQL(READS_ENDPOINTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            owned_by_search(
                "integrations_due_deliveries(timestamptz, integer)",
                table="integrations_webhookdelivery",
                columns="id, broker_id, endpoint_id, state, next_attempt_at, lease_until",
            ),
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(schedule, unschedule),
    ]
