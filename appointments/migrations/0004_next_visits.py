"""Leads learn when their next agreed visit begins. The owner is behind the walls too: one brokerage after another."""

from django.db import migrations

TELL = """
DO $$
DECLARE brokerage bigint;
BEGIN
    FOR brokerage IN SELECT id FROM accounts_broker LOOP
        PERFORM set_config('app.broker_id', brokerage::text, true);
        UPDATE crm_lead SET next_visit_at = agreed.starts_at
        FROM (
            SELECT lead_id, min(starts_at) AS starts_at FROM appointments_appointment
            WHERE broker_id = brokerage AND status IN ('scheduled', 'confirmed') GROUP BY lead_id
        ) agreed
        WHERE crm_lead.broker_id = brokerage AND crm_lead.id = agreed.lead_id;
    END LOOP;
    PERFORM set_config('app.broker_id', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("crm", "0015_next_visit"),
        ("appointments", "0003_audit_order"),
    ]

    operations = [migrations.RunSQL(TELL, migrations.RunSQL.noop)]
