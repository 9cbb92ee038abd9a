"""Orderings of the list with an index each, and exports."""

import core.public_ids
import core.tenancy
import crm.models.lead
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core import walls


# Sixty characters order a list; the tilde sorts after every letter, so that nameless leads come last.
NAME_KEY = """
CREATE FUNCTION crm_name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN btrim(name) = '' THEN '~' ELSE public.core_fold(left(btrim(name), 60)) END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0002_foundations"),
        ("crm", "0002_walls_and_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(NAME_KEY, "DROP FUNCTION crm_name_key(text)"),
        migrations.CreateModel(
            name="LeadExport",
            fields=[
                (
                    "by_kind",
                    models.CharField(
                        choices=[
                            ("user", "Persona"),
                            ("platform", "Soporte de la plataforma"),
                            ("import", "Importación"),
                            ("api", "API"),
                            ("form", "Formulario"),
                            ("webhook", "Webhook"),
                            ("campaign", "Campaña"),
                            ("agent", "Agente virtual"),
                            ("system", "Corredor"),
                        ],
                        max_length=12,
                    ),
                ),
                ("by_label", models.CharField(blank=True, max_length=160)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=core.public_ids.uuid7, editable=False)),
                (
                    "format",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "Excel")], max_length=4, verbose_name="formato"),
                ),
                ("query", models.TextField(blank=True)),
                ("time_zone", models.CharField(max_length=40)),
                ("content", models.BinaryField(null=True)),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="filas")),
                ("created_at", models.DateTimeField(verbose_name="pedida")),
                ("expires_at", models.DateTimeField(verbose_name="vence")),
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
                    "by_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.job",
                    ),
                ),
            ],
            options={
                "verbose_name": "exportación",
                "verbose_name_plural": "exportaciones",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="crm_lead_next_action",
        ),
        migrations.AddField(
            model_name="lead",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=crm.models.lead.LeadNameKey(models.F("name")),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["broker", "next_action_at", "id"], name="crm_lead_next_step"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["broker", "last_contact_at", "id"], name="crm_lead_last_contact"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["broker", "name_key", "id"], name="crm_lead_name"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["broker", "source"], name="crm_lead_source"),
        ),
        migrations.AddIndex(
            model_name="leadexport",
            index=models.Index(fields=["broker", "expires_at"], name="crm_leadexport_expiry"),
        ),
        migrations.AddConstraint(
            model_name="leadexport",
            constraint=models.UniqueConstraint(fields=("broker", "public_id"), name="crm_leadexport_public_id"),
        ),
        migrations.AddConstraint(
            model_name="leadexport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "by_kind__in",
                        ["user", "platform", "import", "api", "form", "webhook", "campaign", "agent", "system"],
                    )
                ),
                name="crm_leadexport_by_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadexport",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["csv", "xlsx"])), name="crm_leadexport_format"
            ),
        ),
        walls.Raise("LeadExport"),
    ]
