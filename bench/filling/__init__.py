"""Brokerages with years of work behind them, filled by SQL, and how their pages are measured."""

import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Broker, User
from core import tenancy
from core.roles import as_owner

_BATCH = 5_000

# One statement, as a brokerage's years of work would have left them: eight stages, five owners, ranks by age.
FILL = """
INSERT INTO crm_lead (broker_id, public_id, name, phone_raw, phone_e164, email, source, source_detail, language,
    time_zone, country, stage, stage_entered_at, board_rank, version, status, score_components, qualification,
    treatment_type, assigned_to_id, next_action_at, location, operation, property_type, purpose, property_ref, timeline,
    budget_amount, budget_unit, wants_visit, custom, referred_by_name, lost_reason, lost_note,
    closing_unit, created_at, updated_at)
SELECT %(broker)s, gen_random_uuid(),
    (ARRAY['Camila','Diego','Javiera','Matías','Valentina','Tomás','Antonia'])[1 + n %% 7] || ' '
        || (ARRAY['Rojas','Soto','Muñoz','Fuenzalida','Peña','Araya'])[1 + n %% 6] || ' ' || n,
    '9' || lpad(n::text, 8, '0'), '+569' || lpad(n::text, 8, '0'), '',
    (ARRAY['portal','whatsapp','referido'])[1 + n %% 3], '{}', 'es', '', 'CL', stage, now() - n * interval '3 minutes',
    lpad(n::text, 10, '0') || 'V', 1, 'cold', '{}', 'PENDIENTE', 'manual_follow_up',
    (%(people)s::bigint[])[1 + n %% 6], CASE n %% 4 WHEN 0 THEN NULL ELSE now() + (n %% 9 - 4) * interval '1 day' END,
    (ARRAY['Ñuñoa','Providencia','Maipú','Las Condes'])[1 + n %% 4], 'compra', 'departamento', '', '', 'unknown',
    CASE n %% 5 WHEN 0 THEN NULL ELSE 2000 + n %% 9000 END, CASE n %% 5 WHEN 0 THEN '' ELSE 'UF' END, false, '{}', '',
    CASE stage WHEN 'perdido' THEN 'precio' ELSE '' END, '', '', now() - n * interval '3 minutes', now()
FROM (SELECT n, (ARRAY['entrada','entrada','perfilamiento','calificacion_financiera','agendado','seguimiento',
    'referidos','ganado','perdido','perdido'])[1 + n %% 10] AS stage
    FROM generate_series(%(first)s, %(last)s) AS n) AS made
"""

# Two to six changes of stage a lead, spread evenly over its life; one in fifty is an undo.
WAYS = """
INSERT INTO pipeline_stagetransition (broker_id, public_id, lead_id, from_stage, to_stage, at, seconds_in_stage, reason,
    lost_reason, forced, is_undo, overwrote, by_kind, by_user_id, by_label)
SELECT broker_id, gen_random_uuid(), id, coalesce(lag(stage) OVER way, ''), stage, at, NULL, '',
    CASE stage WHEN 'perdido' THEN 'precio' ELSE '' END, false, step > 2 AND id %% 50 = 0, '{}', 'system', NULL, ''
FROM (SELECT l.broker_id, l.id, step, l.created_at + (now() - l.created_at) * (step - 1) / steps AS at,
        CASE step WHEN steps THEN l.stage ELSE (ARRAY['entrada','perfilamiento','calificacion_financiera','agendado',
            'seguimiento'])[step] END AS stage
    FROM (SELECT broker_id, id, stage, created_at, 2 + (id %% 5)::int AS steps FROM crm_lead
        WHERE broker_id = %(broker)s AND id BETWEEN %(first)s AND %(last)s) l,
        generate_series(1, steps) AS step) AS made
WINDOW way AS (PARTITION BY id ORDER BY step)
"""


def brokerage(name, leads):
    """The brokerage of a size, made on the first run."""
    broker, new = Broker.objects.get_or_create(slug=f"bench-{name}", defaults={"name": f"Bench {name}"})
    Broker.objects.filter(pk=broker.pk).update(is_active=True)  # bench.send_100k puts others away
    people = [
        User.objects.get_or_create(
            email=f"p{number}@bench-{name}.example",
            defaults={"broker": broker, "name": f"Persona {number}", "role": role},
        )[0]
        for number, role in enumerate(["admin", "agent", "agent", "agent", "agent"])
    ]
    owners = [person.pk for person in people] + [None]
    for first in range(1, leads + 1, _BATCH) if new else ():
        with tenancy.use(broker.pk), connection.cursor() as cursor:
            last = min(leads, first + _BATCH - 1)
            cursor.execute(FILL, {"broker": broker.pk, "people": owners, "first": first, "last": last})
    return broker, people[0]


def analyze():
    """What autovacuum does within minutes of much that is new."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ways(broker):
    """The changes of stage of a brokerage's leads, made once."""
    with tenancy.use(broker.pk), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(lead_id), 0) FROM pipeline_stagetransition")
        [done] = cursor.fetchone()
        cursor.execute("SELECT min(id), max(id) FROM crm_lead")
        first, last = cursor.fetchone()
    for begin in range(max(first, done + 1), last + 1, _BATCH):
        with tenancy.use(broker.pk), connection.cursor() as cursor:
            cursor.execute(WAYS, {"broker": broker.pk, "first": begin, "last": begin + _BATCH - 1})


def measure(client, url):
    """Statements (without the transaction's own), median milliseconds and bytes of a page."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    counted = [query for query in queries if query["sql"].split(" ")[0] not in {"BEGIN", "COMMIT"}]
    return len(counted), len(response.content)


def timed(client, url):
    begun = time.perf_counter()
    client.get(url)
    return (time.perf_counter() - begun) * 1000
