"""The walls around what leads are worked with, and around the lead another one was merged into."""

from django.db import migrations

from core import walls


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_working_the_leads")]

    operations = [
        walls.Raise(
            "Action", "DefaultView", "Interaction", "Notification", "RuleSet", "SavedView", "Task", "TaskEvent"
        ),
        migrations.RunSQL(list(walls.reference("crm_lead", "merged_into_id", "crm_lead")), migrations.RunSQL.noop),
    ]
