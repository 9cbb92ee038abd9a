"""The walls around leads, and the search function."""

from django.db import migrations

from core import walls
from core.migration_sql import owned_by_search

# Every word must be found, as it stands or with a typo (word similarity). Words that are one phone number are joined.
# Built as text because LIKE … ALL(array) cannot use the trigram index; format's %L quotes each word.
SEARCH = r"""
CREATE FUNCTION crm_search(query text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET pg_trgm.word_similarity_threshold = 0.55 AS $$
DECLARE
    folded text := regexp_replace(core_fold(query), '[^[:alnum:]@._ +-]', ' ', 'g');
    word text;
    conditions text := '';
BEGIN
    IF folded ~ '^[0-9 +().-]{6,}$' THEN
        folded := ltrim(regexp_replace(folded, '[^0-9]', '', 'g'), '0');
    END IF;
    FOREACH word IN ARRAY (regexp_split_to_array(btrim(folded), '\s+'))[1:8] LOOP
        IF word = '' THEN CONTINUE; END IF;
        IF word ~ '^[0-9]+$' OR length(word) < 4 THEN
            conditions := conditions || format(' AND search_text LIKE %L', '%' || replace(word, '_', '\_') || '%');
        ELSE
            conditions := conditions || format(
                ' AND (search_text LIKE %L OR %L <%% search_text)', '%' || replace(word, '_', '\_') || '%', word);
        END IF;
    END LOOP;
    RETURN QUERY EXECUTE format(
        'SELECT id FROM crm_lead WHERE broker_id = %L::bigint', nullif(current_setting('app.broker_id', true), '')
    ) || conditions;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [
        walls.Raise(
            "Lead",
            "LeadPhone",
            "Tag",
            "LeadTag",
            "TimelineEntry",
            "Consent",
            "FinancialProfile",
            "LeadImport",
            "ImportRow",
            "ImportMapping",
            "LeadEvent",
        ),
        migrations.RunSQL(SEARCH, "DROP FUNCTION crm_search(text)"),
        migrations.RunSQL(
            owned_by_search("crm_search(text)", table="crm_lead", columns="id, broker_id, search_text"),
            migrations.RunSQL.noop,
        ),
    ]
