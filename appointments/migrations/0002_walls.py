"""The walls around appointments."""

from django.db import migrations

from core import walls


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial")]

    operations = [walls.Raise("Appointment", "AppointmentEvent")]
