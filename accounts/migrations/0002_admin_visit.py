"""Visits of platform staff; the application may add them and nothing else."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AdminVisit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "broker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.broker",
                        verbose_name="corredora",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="persona",
                    ),
                ),
            ],
            options={
                "verbose_name": "visita de soporte",
                "verbose_name_plural": "visitas de soporte",
                "indexes": [models.Index(fields=["-at", "-id"], name="accounts_adminvisit_newest")],
            },
        ),
        migrations.RunSQL(
            f'REVOKE UPDATE, DELETE, TRUNCATE ON accounts_adminvisit FROM "{settings.DB_APP_ROLE}"',
            migrations.RunSQL.noop,
        ),
    ]
