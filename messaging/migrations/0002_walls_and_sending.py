"""The walls around messages, the moves a status may make, and the functions that look across brokerages."""

from django.db import migrations

from core import walls
from core.migration_sql import SEARCH_ROLE, owned_by_search

# Knowledge only grows: that the provider took a message may be learnt in any state; nothing goes back into the queue
# but what provably never left (reaped before it began, told absent) or what a person sends again.
MOVES = """
CREATE FUNCTION messaging_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = OLD.status OR (NEW.status IN ('sent', 'delivered', 'read') AND OLD.status NOT IN ('delivered', 'read'))
       OR (OLD.status = 'delivered' AND NEW.status = 'read') THEN
        RETURN NEW;
    END IF;
    IF (OLD.status, NEW.status) IN (
        ('queued', 'claimed'), ('queued', 'expired'), ('queued', 'suppressed'), ('queued', 'cancelled'), ('queued', 'failed'),
        ('claimed', 'queued'), ('claimed', 'sending'), ('claimed', 'expired'), ('claimed', 'suppressed'), ('claimed', 'cancelled'), ('claimed', 'failed'),
        ('sending', 'queued'), ('sending', 'failed'), ('sending', 'unknown'),
        ('unknown', 'queued'), ('unknown', 'failed'), ('unknown', 'unconfirmed'),
        ('unconfirmed', 'queued'), ('unconfirmed', 'failed'), ('unconfirmed', 'cancelled'),
        ('sent', 'failed'), ('delivered', 'failed')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A message goes from % to % never.', OLD.status, NEW.status USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER messaging_status_moves BEFORE UPDATE OF status ON messaging_message
    FOR EACH ROW EXECUTE FUNCTION messaging_status_moves();
"""
NO_MOVES = "DROP TRIGGER messaging_status_moves ON messaging_message; DROP FUNCTION messaging_status_moves()"

# messaging.outbox.claim: accounts with something due take turns, each as far as its speed allows; what is picked is
# leased to the worker by the database's clock, and each try gets its key. Priorities are messaging.outbox.Priority.
CLAIM = """
CREATE FUNCTION messaging_claim(worker uuid, at timestamptz, most integer, lease interval)
RETURNS TABLE (broker_id bigint, message_id bigint, attempt uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH ready AS MATERIALIZED (
        SELECT account.broker_id, account.id AS account_id, meter.id AS meter_id, meter.served_at,
               least(greatest(1, account.per_second),
                     meter.tokens + account.per_second * greatest(0, extract(epoch FROM at - meter.tokens_at)))::float8 AS room
        FROM messaging_channelaccount AS account
        JOIN messaging_channelmeter AS meter ON meter.broker_id = account.broker_id AND meter.account_id = account.id
        JOIN accounts_broker AS broker ON broker.id = account.broker_id AND broker.is_active
        WHERE account.is_active AND account.paused_at IS NULL AND (meter.closed_until IS NULL OR meter.closed_until <= at)
          AND EXISTS (
            SELECT FROM unnest(ARRAY[10, 50, 100]::smallint[]) AS level CROSS JOIN LATERAL (
                SELECT FROM messaging_message AS due
                WHERE due.broker_id = account.broker_id AND due.account_id = account.id AND due.status = 'queued'
                  AND due.priority = level AND due.not_before <= at LIMIT 1) AS one)
        FOR UPDATE OF meter SKIP LOCKED
    ), picked AS MATERIALIZED (
        SELECT ready.account_id, ready.meter_id, ready.room, due.broker_id, due.id, due.place
        FROM ready CROSS JOIN LATERAL (
            SELECT found.broker_id, found.id, row_number() OVER (ORDER BY found.priority, found.not_before, found.id) AS place
            FROM unnest(ARRAY[10, 50, 100]::smallint[]) AS level CROSS JOIN LATERAL (
                SELECT message.broker_id, message.id, message.priority, message.not_before
                FROM messaging_message AS message
                WHERE message.broker_id = ready.broker_id AND message.account_id = ready.account_id
                  AND message.status = 'queued' AND message.priority = level
                  AND message.not_before <= at AND message.expires_at > at
                ORDER BY message.not_before, message.id LIMIT least(most, floor(ready.room)::integer)
                FOR UPDATE SKIP LOCKED) AS found
        ) AS due
        WHERE due.place <= floor(ready.room)
        ORDER BY due.place, ready.served_at NULLS FIRST LIMIT most
    ), spent AS (
        UPDATE messaging_channelmeter AS meter
        SET tokens = taken.room - taken.number, tokens_at = at, served_at = at
        FROM (SELECT meter_id, max(room) AS room, count(*) AS number FROM picked GROUP BY meter_id) AS taken
        WHERE meter.id = taken.meter_id
    ), held AS (
        UPDATE messaging_message AS message
        SET status = 'claimed', lease_worker = worker, lease_until = clock_timestamp() + lease,
            attempt = gen_random_uuid(), attempts = message.attempts + 1
        FROM picked WHERE message.id = picked.id
        RETURNING message.broker_id, message.id, message.attempt, message.attempts
    ), tries AS (
        INSERT INTO messaging_sendattempt (broker_id, message_id, key, number, worker, state, claimed_at,
                                           provider_ref, error_code, detail, looks)
        SELECT held.broker_id, held.id, held.attempt, held.attempts, worker, 'claimed', clock_timestamp(), '', '', '', 0 FROM held
    )
    SELECT held.broker_id, held.id, held.attempt FROM held;
END $$;
"""
CLAIMS = f"""
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{SEARCH_ROLE}') THEN
        GRANT SELECT (id, broker_id, is_active, paused_at, per_second, token, provider) ON messaging_channelaccount TO {SEARCH_ROLE};
        GRANT SELECT (id, broker_id, account_id, tokens, tokens_at, served_at, closed_until),
              UPDATE (tokens, tokens_at, served_at) ON messaging_channelmeter TO {SEARCH_ROLE};
        GRANT SELECT (id, is_active) ON accounts_broker TO {SEARCH_ROLE};
        GRANT UPDATE (status, lease_worker, lease_until, attempt, attempts) ON messaging_message TO {SEARCH_ROLE};
        GRANT SELECT (id, broker_id, message_id, state, look_at), INSERT ON messaging_sendattempt TO {SEARCH_ROLE};
        GRANT USAGE ON SEQUENCE messaging_sendattempt_id_seq TO {SEARCH_ROLE};
    END IF;
END $$;
"""

# Ids only, for the engine. A lease that ran out says nothing yet: messaging.workers asks whether its holder lives.
LOOKS = """
CREATE FUNCTION messaging_leases_over(most integer)
RETURNS TABLE (broker_id bigint, message_id bigint, attempt uuid, worker uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT message.broker_id, message.id, message.attempt, message.lease_worker FROM messaging_message AS message
    WHERE message.status IN ('claimed', 'sending') AND message.lease_until < clock_timestamp()
    ORDER BY message.lease_until LIMIT most
$$;
CREATE FUNCTION messaging_unknown_due(at timestamptz, most integer)
RETURNS TABLE (broker_id bigint, attempt_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT attempt.broker_id, attempt.id FROM messaging_sendattempt AS attempt
    WHERE attempt.state = 'unknown' AND attempt.look_at <= at ORDER BY attempt.look_at LIMIT most
$$;
CREATE FUNCTION messaging_overdue(at timestamptz, most integer)
RETURNS TABLE (broker_id bigint, message_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT message.broker_id, message.id FROM messaging_message AS message
    WHERE message.status = 'queued' AND message.expires_at <= at ORDER BY message.expires_at LIMIT most
$$;
CREATE FUNCTION messaging_events_waiting(most integer)
RETURNS TABLE (broker_id bigint, event_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT event.broker_id, event.id FROM messaging_providerevent AS event
    WHERE event.applied_at IS NULL AND event.tries < 5 ORDER BY event.received_at, event.id LIMIT most
$$;
CREATE FUNCTION messaging_account_of(wanted text)
RETURNS TABLE (broker_id bigint, account_id bigint, provider text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account.broker_id, account.id, account.provider FROM messaging_channelaccount AS account
    JOIN accounts_broker AS broker ON broker.id = account.broker_id AND broker.is_active
    WHERE account.token = wanted AND account.is_active
$$;
"""
NO_LOOKS = """
DROP FUNCTION messaging_leases_over(integer);
DROP FUNCTION messaging_unknown_due(timestamptz, integer);
DROP FUNCTION messaging_overdue(timestamptz, integer);
DROP FUNCTION messaging_events_waiting(integer);
DROP FUNCTION messaging_account_of(text);
"""
QUEUE = (
    "id, broker_id, account_id, status, priority, not_before, expires_at, attempt, attempts, lease_worker, lease_until"
)
OWNED = [
    ("messaging_claim(uuid, timestamptz, integer, interval)", "messaging_message", QUEUE),
    ("messaging_leases_over(integer)", "messaging_message", QUEUE),
    ("messaging_overdue(timestamptz, integer)", "messaging_message", QUEUE),
    ("messaging_unknown_due(timestamptz, integer)", "messaging_sendattempt", "id, broker_id, state, look_at"),
    (
        "messaging_events_waiting(integer)",
        "messaging_providerevent",
        "id, broker_id, applied_at, received_at, tries",
    ),
    ("messaging_account_of(text)", "messaging_channelaccount", "id, broker_id, token, provider, is_active"),
]


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial"), ("templates_app", "0002_walls")]

    operations = [
        walls.Raise(
            "ChannelAccount", "ChannelAccountEvent", "ChannelMeter", "Conversation", "ChannelIdentity", "BindingLink",
            "SendScope", "Message", "SendAttempt", "Anomaly", "ProviderEvent", "ContactLimits", "ContactLimitsEvent", "Suppression",
        ),
        migrations.RunSQL(MOVES, NO_MOVES),
        migrations.RunSQL(CLAIM, "DROP FUNCTION messaging_claim(uuid, timestamptz, integer, interval)"),
        migrations.RunSQL(CLAIMS, migrations.RunSQL.noop),
        migrations.RunSQL(LOOKS, NO_LOOKS),
        *(
            migrations.RunSQL(owned_by_search(function, table=table, columns=columns), migrations.RunSQL.noop)
            for function, table, columns in OWNED
        ),
    ]  # fmt: skip
