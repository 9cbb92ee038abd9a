"""Every night: scores told anew (crm.nightly_scores)."""

from django.db import migrations

NAME = "Puntajes de la noche"


def schedule(apps, _schema_editor):
    night, _made = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="20", hour="4", day_of_week="*", day_of_month="*", month_of_year="*", timezone="America/Santiago"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": "crm.nightly_scores", "crontab": night}
    )


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0010_priority"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule, unschedule)]
