"""An index for what is old among the tries, and the nightly task that deletes it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations

NAME = "Limpieza nocturna de registros de envío"


def schedule(apps, _schema_editor):
    night, _made = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="50", hour="4", day_of_week="*", day_of_month="*", month_of_year="*", timezone="America/Santiago"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": "messaging.purge", "crontab": night}
    )


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("messaging", "0006_another_day"), ("django_celery_beat", "0019_alter_periodictasks_options")]

    operations = [
        migrations.AddIndex("SendAttempt", BrinIndex(fields=["claimed_at"], name="messaging_attempt_old")),
        migrations.RunPython(schedule, unschedule),
    ]
