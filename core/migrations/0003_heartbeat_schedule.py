"""Beat's sign of life, every 30 seconds; a row, so that it can be seen and edited in Django admin."""

from django.db import migrations

NAME = "Señal de vida"


def schedule(apps, _schema_editor):
    interval, _made = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(
        every=30, period="seconds"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": "core.heartbeat", "interval": interval, "args": '["beat"]', "expire_seconds": 60}
    )


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_foundations"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule, unschedule)]
