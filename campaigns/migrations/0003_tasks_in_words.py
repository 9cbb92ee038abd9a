"""What the periodic tasks of campaigns are for, in words for whoever changes their interval in Django admin."""

from django.db import migrations

WORDS = {
    "Pasos de campañas": "Hace los pasos que vencieron. El motor ya los hace cada pocos segundos: esto es por si se detiene.",
    "Disparadores de campañas": (
        "Busca a quién hay que inscribir por puntaje o por días sin contacto. Un cambio de etapa inscribe en el momento."
    ),
}


def describe(apps, _schema_editor):
    tasks = apps.get_model("django_celery_beat", "PeriodicTask").objects
    for name, words in WORDS.items():
        tasks.filter(name=name, description="").update(description=words)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_walls_and_due")]

    operations = [migrations.RunPython(describe, migrations.RunPython.noop)]
