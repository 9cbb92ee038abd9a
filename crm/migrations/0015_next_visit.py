"""An agreed visit is a next step. PostgreSQL cannot change what a column is generated from: it is made anew, its indexes too."""

import django.db.models.functions.comparison
from django.db import migrations, models

STEP = ("next_action_at", "next_task_at", "next_visit_at")


class Migration(migrations.Migration):
    dependencies = [("crm", "0014_campaign_notices")]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="next_visit_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RemoveIndex(model_name="lead", name="crm_lead_figures"),
        migrations.RemoveIndex(model_name="lead", name="crm_lead_next_step"),
        migrations.RemoveField(model_name="lead", name="next_step_at"),
        migrations.AddField(
            model_name="lead",
            name="next_step_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Least(*(models.F(name) for name in STEP)),
                output_field=models.DateTimeField(verbose_name="próximo paso"),
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["broker", "stage", "budget_unit"],
                include=("budget_amount", "next_step_at", "stage_entered_at", "assigned_to"),
                name="crm_lead_figures",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["broker", "next_step_at", "id"],
                name="crm_lead_next_step",
            ),
        ),
    ]
