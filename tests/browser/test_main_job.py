"""The main job of campaigns: a spreadsheet comes in, a campaign is simulated and activated, and does what was said."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.enums import EndReason
from campaigns.models import CampaignLog, Enrollment
from campaigns.simulation import asked, stored
from core import waking
from core.actors import Actor
from core.models import Job
from crm import consent
from crm.consent import Ground
from crm.enums import ConsentBasis, ConsentSource, ConsentState
from crm.models import Lead
from messaging import accounts, connecting
from messaging.accounts import Wanted
from messaging.enums import Provider
from messaging.models import ChannelAccount, ChannelMeter, ContactLimits, Message
from tests.campaigns.conftest import clock, engine, make_campaign, sandbox, template  # noqa: F401 -- fixtures
from tests.imports.conftest import bring_in, sample  # noqa: F401 -- fixtures
from tests.servers import smtp

THURSDAY = datetime(2027, 5, 20, 21, 30, tzinfo=UTC)
"""Half past five in the afternoon in Santiago; the Friday is a holiday there, and then the weekend comes."""
DAY = 24 * 60
NEAR = timedelta(minutes=3)


@pytest.fixture
def post_office(sandbox, broker, inside, monkeypatch):  # noqa: F811
    """A simulated phone for WhatsApp and a real mail server, in the hours and caps of the country."""
    monkeypatch.setattr(waking, "_publish", lambda task, arguments: None)
    with smtp.SmtpServer(login=True) as server:
        keys = {
            "host": "127.0.0.1", "port": str(server.port), "security": "none", "user": smtp.USER, "password": smtp.PASSWORD
        }  # fmt: skip
        with inside(broker):
            wanted = Wanted("Correo", "ventas@andes.cl", keys)
            made = accounts.create("email", Provider.SMTP, wanted, by=Actor.system(), now=timezone.now())
        connecting.connect(broker.pk, made.pk, now=timezone.now())
        with inside(broker):
            ChannelAccount.objects.update(per_second=1000)
            ChannelMeter.objects.update(tokens=1000)
            ContactLimits.objects.update(always_open=False)
        yield server


def test_a_spreadsheet_is_reactivated_as_the_simulation_said(
    page, enter, alice, broker, inside, run_jobs, post_office, bring_in, sample, make_campaign, template, engine, clock  # noqa: F811
):  # fmt: skip
    assert bring_in(sample).created_rows == 420
    clock.go_to(THURSDAY)
    place = template("Hola {{ first_name }}, hay novedades en {{ location }}.", name="Novedades")
    campaign = make_campaign(
        {"channel": "email"},
        {"delay_minutes": 3 * DAY, "template": place},
        {"channel": "email", "delay_minutes": 5 * DAY, "conditions": [{"kind": "not_replied"}]},
        name="Reactivar la planilla", trigger="inactivity", condition={"inactivity_days": 60},
    )  # fmt: skip
    said = _simulated_and_activated(page, enter, alice, broker, inside, run_jobs, campaign)
    engine.look()
    engine.at_once = 64
    touched = said.entered[0]

    def touch():
        with inside(broker):
            lead = Lead.objects.get(pk=touched.lead_id)
            if lead.opted_out_at is None and timezone.now() > THURSDAY + timedelta(days=4):
                ground = Ground(ConsentBasis.NONE, ConsentSource.CHAT, "No me escriban")
                consent.record(lead, ConsentState.REVOKED, ground, by=Actor.system(), at=timezone.now())

    engine.live(clock, until=said.until, together=timedelta(seconds=30), after=touch)
    ways = [way for way in said.entered if way is not touched]
    _arrived(ways, touched, broker, inside, post_office)
    _refused(ways, touched, broker, inside)


def _simulated_and_activated(page, enter, alice, broker, inside, run_jobs, campaign):
    """By hand, in the browser; what the simulation said."""
    enter(page, alice, f"/campaigns/{campaign.public_id}/simulate/")
    page.get_by_label("O con estos leads").fill("a")
    expect(page.locator("#simulate-leads input[type=checkbox]").first).to_be_visible()
    page.locator("[name=sample]").select_option("500")
    page.get_by_role("button", name="Simular").click()
    expect(page.locator("#simulation progress.c-progress")).to_be_visible()  # the tray has one too
    run_jobs(broker)
    expect(page.locator(".c-simcal")).to_be_visible()
    page.locator(".c-simcal__day").first.click()
    page.locator(".c-simlines a:visible").first.click()
    expect(page.locator(".c-simway:visible").first).to_be_visible()
    with inside(broker):
        found = stored.load(Job.objects.get(kind=asked.KIND).result["simulation"])
    assert not found.cut
    page.get_by_role("link", name="Revisar y activar").click()
    dialog = page.locator("dialog")
    expect(dialog.locator(".c-review__number")).to_contain_text(f"{len(found.entered)} leads entran")
    dialog.get_by_role("button", name="Activar", exact=True).click()
    expect(page.locator(".c-pagehead")).to_contain_text("Activa")
    return found


def _arrived(ways, touched, broker, inside, post_office):
    """At the mail server and on the simulated phone: what was said, to the minute, and nothing else."""
    said = sorted(
        (way.lead_id, line.number, line.channel, line.subject, line.body, line.at)
        for way in ways
        for line in way.messages
    )
    with inside(broker):
        sent = Message.objects.filter(status="sent").exclude(lead=touched.lead_id)
        done = sorted((one.lead_id, one.why["step"], one.channel, one.subject, one.body, one.sent_at) for one in sent)
        mailed = {f"<{one.public_id}@andes.cl>" for one in sent if one.channel == "email"}
        assert sent.filter(channel="whatsapp", account__provider="sandbox").count() > 200
    assert [row[:-1] for row in done] == [row[:-1] for row in said]
    assert all(abs(a[-1] - b[-1]) < NEAR for a, b in zip(done, said, strict=True))
    mails = [mail for mail in post_office.messages if mail["Message-ID"] in mailed]
    assert len(mails) == len(mailed)
    with inside(broker):
        addresses = dict(Lead.objects.values_list("pk", "email"))
    assert Counter(
        (mail["To"], mail["Subject"], mail.get_body(("plain",)).get_content().strip()) for mail in mails
    ) == Counter((addresses[row[0]], row[3], row[4]) for row in said if row[2] == "email")
    assert len({row[0] for row in said}) >= 200


def _refused(ways, touched, broker, inside):
    """At least fifty are refused something, each with its reason, the same ones as was said."""
    said = sorted((way.lead_id, line.number, line.reason) for way in ways for line in way.blocks)
    with inside(broker):
        rows = CampaignLog.objects.filter(status="skipped").exclude(lead=touched.lead_id)
        assert sorted(rows.values_list("lead_id", "step__number", "reason")) == said
        out = Lead.objects.filter(opted_out_at__isnull=False).exclude(pk=touched.lead_id)
        assert not Enrollment.objects.filter(lead__in=out).exists()
        assert out.count() + len({row[0] for row in said}) >= 50
        assert Enrollment.objects.get(lead=touched.lead_id).reason == EndReason.OPT_OUT
    reasons = Counter(row[2] for row in said)
    assert {"gate:no_address", "missing"} <= reasons.keys()
