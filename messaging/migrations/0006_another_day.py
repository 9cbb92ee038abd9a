"""What a provider took and says that another day will do goes back into the queue, with the reason, without its name."""

from django.db import migrations

MOVES = """
CREATE OR REPLACE FUNCTION messaging_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = OLD.status OR (NEW.status IN ('sent', 'delivered', 'read') AND OLD.status NOT IN ('delivered', 'read'))
       OR (OLD.status = 'delivered' AND NEW.status = 'read') THEN
        RETURN NEW;
    END IF;
    IF OLD.status = 'sent' AND NEW.status = 'queued' AND NEW.provider_ref = '' AND NEW.error_code <> '' THEN
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
"""
BEFORE = """
CREATE OR REPLACE FUNCTION messaging_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_scope_windows")]

    operations = [migrations.RunSQL(MOVES, BEFORE)]
