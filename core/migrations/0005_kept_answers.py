"""Answers of writes that carried an Idempotency-Key."""

import core.tenancy
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core import walls


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_purge_schedule"),
        ("core", "0004_audit_entries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("token_id", models.BigIntegerField(default=0)),
                ("key", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                (
                    "broker",
                    models.ForeignKey(
                        default=core.tenancy.current,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.broker",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["broker", "created_at"], name="core_keptanswer_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("broker", "user", "token_id", "key"), name="core_keptanswer_once_per_key"
                    )
                ],
            },
        ),
        walls.Raise("KeptAnswer"),
    ]
