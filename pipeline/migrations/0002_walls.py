"""The walls around stage transitions."""

from django.db import migrations

from core import walls


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0001_initial")]

    operations = [walls.Raise("StageTransition")]
