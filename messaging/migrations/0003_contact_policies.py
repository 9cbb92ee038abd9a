"""What each country says of writing to people, as it was read in 2026; platform staff keep it up in admin."""

from django.db import migrations

from messaging.policies.rows import rows


def seed(apps, _schema_editor):
    policy = apps.get_model("messaging", "ContactPolicy")
    policy.objects.bulk_create(policy(**row) for row in rows())


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_walls_and_sending")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=False)]
