"""The walls around campaigns, the two looks across brokerages, and the periodic tasks, editable in Django admin."""

from django.db import migrations

from core import walls
from core.migration_sql import SEARCH_ROLE, owned_by_search

# campaigns.runner: the campaigns in which some lead's step is due, the longest waiting first; ids only. One probe of
# the index for each campaign that runs, however many leads a paused one keeps waiting.
DUE = """
CREATE FUNCTION campaigns_due(at timestamptz, most integer)
RETURNS TABLE (broker_id bigint, campaign_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT campaign.broker_id, campaign.id FROM campaigns_campaign AS campaign
    JOIN accounts_broker AS broker ON broker.id = campaign.broker_id AND broker.is_active
    CROSS JOIN LATERAL (
        SELECT waiting.next_run_at FROM campaigns_enrollment AS waiting
        WHERE waiting.broker_id = campaign.broker_id AND waiting.campaign_id = campaign.id
          AND waiting.status = 'active' AND waiting.next_run_at <= at
        ORDER BY waiting.next_run_at LIMIT 1) AS first
    WHERE campaign.status = 'active' ORDER BY first.next_run_at LIMIT most
$$;
CREATE FUNCTION campaigns_running(fresh boolean)
RETURNS TABLE (broker_id bigint, campaign_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT campaign.broker_id, campaign.id FROM campaigns_campaign AS campaign
    JOIN accounts_broker AS broker ON broker.id = campaign.broker_id AND broker.is_active
    WHERE campaign.status = 'active' AND campaign.trigger <> 'manual'
      AND (NOT fresh OR campaign.checked_at IS NULL) ORDER BY campaign.checked_at NULLS FIRST
$$;
"""
NOT_DUE = "DROP FUNCTION campaigns_due(timestamptz, integer); DROP FUNCTION campaigns_running(boolean)"
GRANTS = f"""
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{SEARCH_ROLE}') THEN
        GRANT SELECT (id, broker_id, campaign_id, status, next_run_at) ON campaigns_enrollment TO {SEARCH_ROLE};
        GRANT SELECT (id, is_active) ON accounts_broker TO {SEARCH_ROLE};
    END IF;
END $$;
"""
CAMPAIGN = "id, broker_id, status, trigger, checked_at"

TICK, CHECK = "Pasos de campañas", "Disparadores de campañas"


def schedule(apps, _schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask").objects
    intervals = apps.get_model("django_celery_beat", "IntervalSchedule").objects
    minute, _made = intervals.get_or_create(every=1, period="minutes")
    hour, _made = intervals.get_or_create(every=1, period="hours")
    task.get_or_create(name=TICK, defaults={"task": "campaigns.tick", "interval": minute, "expire_seconds": 50})
    task.get_or_create(
        name=CHECK,
        defaults={"task": "campaigns.check_trigger_campaigns", "interval": hour, "expire_seconds": 3000},
    )


def unschedule(apps, _schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=[TICK, CHECK]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        walls.Raise("Campaign", "CampaignEvent", "Step", "StepEvent", "Enrollment", "CampaignLog"),
        migrations.RunSQL(DUE, NOT_DUE),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                owned_by_search(function, table="campaigns_campaign", columns=CAMPAIGN), migrations.RunSQL.noop
            )
            for function in ("campaigns_due(timestamptz, integer)", "campaigns_running(boolean)")
        ),
        migrations.RunPython(schedule, unschedule),
    ]
