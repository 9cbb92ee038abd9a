"""Reminders: which brokerages have one due, and the rows by which beat looks every minute and cleans every night."""

from django.db import migrations

from core.migration_sql import owned_by_search

# Keys of brokerages only, for crm.reminders. It reads the small index of reminders still to be told.
DUE = """
CREATE FUNCTION crm_due_reminders() RETURNS TABLE (broker_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT task.broker_id FROM crm_task AS task
    WHERE task.done_at IS NULL AND task.reminded_at IS NULL AND task.remind_at IS NOT NULL AND task.remind_at <= now()
$$;
"""
REMIND, PURGE = "Recordatorios de tareas", "Limpieza nocturna de avisos leídos"


def schedule(apps, _schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask").objects
    minute, _made = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(
        every=60, period="seconds"
    )
    night, _made = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="20", hour="4", day_of_week="*", day_of_month="*", month_of_year="*", timezone="America/Santiago"
    )
    task.get_or_create(name=REMIND, defaults={"task": "crm.remind", "interval": minute, "expire_seconds": 120})
    task.get_or_create(name=PURGE, defaults={"task": "crm.purge_notices", "crontab": night})


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=[REMIND, PURGE]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0006_walls_of_working"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        migrations.RunSQL(DUE, "DROP FUNCTION crm_due_reminders()"),
        migrations.RunSQL(
            owned_by_search(
                "crm_due_reminders()", table="crm_task", columns="id, broker_id, done_at, reminded_at, remind_at"
            ),
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(schedule, unschedule),
    ]
