"""The walls around message templates."""

from django.db import migrations

from core import walls


class Migration(migrations.Migration):
    dependencies = [("templates_app", "0001_initial")]

    operations = [walls.Raise("Template", "TemplateEvent", "TemplateVersion", "TemplateVersionEvent")]
