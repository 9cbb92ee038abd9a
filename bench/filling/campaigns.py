"""What a bench of campaigns stands on: leads that agreed, a template, a campaign; and the raw scripts beside it."""

import secrets
import time

from django.db import connection
from django.utils import timezone

from campaigns import drafting, running, steps
from core import tenancy
from core.actors import Actor
from crm.models import Consent, Lead
from messaging.models import ChannelAccount, ChannelMeter, ContactLimits
from templates_app import library
from templates_app.checking import Text
from templates_app.enums import TemplateChannel
from templates_app.models import Template
from templates_app.parsing import parse

BATCH = 1000
BODY = "Hola {{ first_name | default: 'qué tal' }}, ¿sigues buscando en {{ location | default: 'tu comuna' }}?"
BY = Actor.system()
AGREED = """
INSERT INTO crm_consent (broker_id, public_id, lead_id, channel, purpose, basis, state, source, wording, proof, at,
    by_kind, by_user_id, by_label)
SELECT broker_id, gen_random_uuid(), id, '', 'marketing', 'opt_in', 'granted', 'form', '', '{}', now(), 'system', NULL,
    ''
FROM crm_lead WHERE broker_id = %s
"""


def prepare(broker, *, fresh=False):
    """A running campaign of one message and a step after it, over every lead with a score; and its first step."""
    now = timezone.now()
    with tenancy.use(broker.pk):
        if not ChannelAccount.objects.exists():
            _once(broker, now)
        name = f"Bench {secrets.token_hex(3)}" if fresh else "Bench"
        template = Template.objects.filter(name="Bench").first() or library.create(
            library.Kind(name="Bench", channel=TemplateChannel.WHATSAPP), Text(body=BODY), by=BY, now=now
        )
        wanted = drafting.Wanted(name=name, trigger="lead_score", condition={"score_min": 0})
        campaign = drafting.create(wanted, by=BY, now=now)
        first = steps.add(campaign, steps.Wanted(template=template), by=BY, now=now)
        steps.add(campaign, steps.Wanted(template=template, delay_minutes=1440), by=BY, now=now)
        return running.activate(campaign, by=BY, now=now), first


def _once(broker, now):
    account = ChannelAccount.objects.create(
        name="Simulado", token=secrets.token_urlsafe(24), per_second=1000, channel="whatsapp", provider="sandbox",
        created_at=now, **BY.columns(),
    )  # fmt: skip
    ChannelMeter.objects.create(account=account, tokens=1000, tokens_at=now)
    ContactLimits.objects.create(updated_at=now, always_open=True, **BY.columns())
    Lead.objects.filter(score=None).update(score=50)
    if not Consent.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(AGREED, [broker.pk])


class _Undone(Exception):
    """Rolls a round back."""


def undone(broker, work):
    """Seconds of a piece of work in a transaction that is rolled back; what it returns instead, where it does."""
    try:
        with tenancy.use(broker.pk):
            start = time.perf_counter()
            told = work()
            took = time.perf_counter() - start
            _roll_back()
    except _Undone:
        return took if told is None else told


def _roll_back():
    raise _Undone


def raw_plan(broker, campaign, step):
    """Seconds of a script that claims, renders and inserts on the same tables, and of nothing else."""
    text, account = parse(BODY), _account(broker)

    def work():
        with connection.cursor() as cursor:
            while rows := _claim(cursor, broker, campaign):
                known = [{"first_name": name.split(" ")[0], "location": place} for _e, _l, name, place, _p in rows]
                _insert(cursor, broker, campaign, step, account, rows, [text.written(values) for values in known])

    return undone(broker, work)


def raw_insert(broker, campaign, step):
    """Seconds of the two INSERTs alone."""
    account = _account(broker)

    def work():
        took = 0.0
        with connection.cursor() as cursor:
            while rows := _claim(cursor, broker, campaign):
                begun = time.perf_counter()
                _insert(cursor, broker, campaign, step, account, rows, ["Hola, ¿sigues buscando?"] * len(rows))
                took += time.perf_counter() - begun
        return took

    return undone(broker, work)


def _account(broker):
    with tenancy.use(broker.pk):
        return ChannelAccount.objects.get().pk


def _claim(cursor, broker, campaign):
    cursor.execute(
        "WITH due AS (SELECT id FROM campaigns_enrollment WHERE broker_id = %s AND campaign_id = %s "
        "AND status = 'active' AND next_run_at <= now() ORDER BY next_run_at, id LIMIT 1000 FOR UPDATE SKIP LOCKED) "
        "UPDATE campaigns_enrollment AS row SET next_run_at = now() + interval '1 day' FROM due, crm_lead AS lead "
        "WHERE row.id = due.id AND lead.id = row.lead_id AND lead.broker_id = row.broker_id "
        "RETURNING row.id, lead.id, lead.name, lead.location, lead.phone_e164",
        [broker.pk, campaign.pk],
    )
    return cursor.fetchall()


# PostgreSQL refuses COPY under row security: one INSERT from arrays is the fastest there is.
_MESSAGES = """
INSERT INTO messaging_message (broker_id, public_id, direction, channel, status, lead_id, account_id, address, purpose,
    is_reply, subject, body, html, content_sid, content_variables, attachments, why, checks, dedupe_key, on_unknown,
    priority, not_before, expires_at, attempts, provider_ref, error_code, error_detail, created_at, by_kind, by_label)
SELECT %s, gen_random_uuid(), 'out', 'whatsapp', 'queued', lead, %s, phone, 'marketing', false, '', body, '', '',
    '{}', '[]', '{}', '[]', 'raw:' || enrollment || ':' || %s, 'hold', 100, now(), now(), 0, '', '', '', now(),
    'campaign', ''
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS made(enrollment, lead, phone, body)
"""
_LOGS = """
INSERT INTO campaigns_campaignlog (broker_id, public_id, campaign_id, enrollment_id, step_id, visit, lead_id, status,
    reason, due_at, scheduled_for, trace)
SELECT %s, gen_random_uuid(), %s, enrollment, %s, 1, lead, 'pending', '', now(), now(), '{}'
FROM unnest(%s::bigint[], %s::bigint[]) AS made(enrollment, lead)
"""


def _insert(cursor, broker, campaign, step, account, rows, texts):
    enrollments, leads, _names, _places, phones = (list(column) for column in zip(*rows, strict=True))
    cursor.execute(_MESSAGES, [broker.pk, account, step.pk, enrollments, leads, phones, texts])
    cursor.execute(_LOGS, [broker.pk, campaign.pk, step.pk, enrollments, leads])
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what its commit would check, as the engine's does
