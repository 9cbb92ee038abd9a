"""Campaigns of Andes on a simulated phone that rings at any hour, leads that agreed, and the engine by hand."""

from dataclasses import replace
from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from django.db.models import Min
from django.utils import timezone

from campaigns import drafting, enrolling, runner, running, steps, triggers
from campaigns.enums import StepAction
from campaigns.models import Campaign, CampaignLog, Enrollment
from core.actors import Actor
from crm import consent
from crm.consent import Ground
from crm.enums import ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from crm.models import Lead
from messaging.inbound import hearing
from messaging.inbound import sandbox as phone
from messaging.models import ChannelAccount, ChannelMeter, ContactLimits, Message
from messaging.sending.sender import Sender
from templates_app import library
from templates_app.checking import Text
from templates_app.enums import TemplateChannel

BY = Actor.system()


@pytest.fixture
def sandbox(broker, inside):
    """A simulated WhatsApp phone and a simulated mailbox, at any hour of the day."""
    now = timezone.now()
    with inside(broker):
        made = {}
        for channel in ("whatsapp", "email"):
            made[channel] = ChannelAccount.objects.create(
                name=f"Teléfono simulado {channel}", token=f"sandbox-{broker}-{channel}", per_second=1000, channel=channel, provider="sandbox",
                created_at=now, **BY.columns(),
            )  # fmt: skip
            ChannelMeter.objects.create(account=made[channel], tokens=1000, tokens_at=now)
        ContactLimits.objects.create(updated_at=now, always_open=True, **BY.columns())
    return made


@pytest.fixture
def template(broker, inside, sandbox):
    """`template("Hola {{ first_name }}")`."""

    def make(
        body="Hola {{ first_name | default: 'qué tal' }}, ¿sigues buscando?", channel="whatsapp", name="", **fields
    ):
        with inside(broker):
            kind = library.Kind(name=name or f"Texto {body[:60]} {channel}", channel=TemplateChannel(channel), **fields)
            text = Text(body=body, subject="Tu búsqueda" if channel == "email" else "")
            return library.create(kind, text, by=BY, now=timezone.now())

    return make


@pytest.fixture
def make_campaign(broker, inside, template):
    """`make_campaign(step, step, trigger=…)`: a draft; a step is a dict of `steps.Wanted`, a message unless it says."""

    def make(*wanted, activated=None, **fields):
        with inside(broker):
            values = {"name": "Reactivación", "channel": "whatsapp", **fields}
            campaign = drafting.create(drafting.Wanted(**values), by=BY, now=timezone.now())
            for number, each in enumerate(wanted or ({},), start=1):
                step = dict(each)
                if step.get("action", StepAction.SEND_MESSAGE) == StepAction.SEND_MESSAGE and "template" not in step:
                    channel = step.get("channel") or campaign.channel
                    body = f"Paso {number}: hola {{{{ first_name | default: 'qué tal' }}}}, ¿sigues buscando?"
                    step["template"] = template(body, channel=channel, name=f"Paso {number} {campaign.public_id}"[:120])
                steps.add(campaign, steps.Wanted(**step), by=BY, now=timezone.now())
            if activated:
                now = timezone.now() if activated is True else activated
                campaign = running.activate(campaign, by=BY, now=now)
            return campaign

    return make


@pytest.fixture
def make_agreed(broker, inside, make_lead):
    """A lead that may be written to for whatever purpose."""

    def make(number=1, *, agreed=True, **extra):
        values = {"name": f"Ana{number} Rojas", "phone_raw": f"+56 9 8{number:07d}", "email": f"ana{number}@correo.cl"}
        lead = make_lead(**(values | extra))
        if agreed:
            with inside(broker):
                ground = Ground(ConsentBasis.OPT_IN, ConsentSource.FORM, "Acepto que me escriban")
                consent.record(
                    lead, ConsentState.GRANTED, ground, by=BY, at=timezone.now() - timedelta(days=1),
                    purposes=tuple(ConsentPurpose),
                )  # fmt: skip
                lead = Lead.objects.get(pk=lead.pk)
        return lead

    return make


@pytest.fixture
def clock(monkeypatch):
    """`clock.travel(hours=1)`: what time everybody thinks it is, the senders too; leases alone keep the database's."""
    real = timezone.now

    class Clock:
        ahead, still = timedelta(), None

        def __call__(self):
            return self.still or real() + self.ahead

        def travel(self, **by):
            if self.still:
                self.still += timedelta(**by)
            self.ahead += timedelta(**by)

        def go_to(self, moment, *, still=False):
            """`still`: the clock moves by `travel` alone, not with the time a test takes."""
            self.ahead, self.still = moment - real(), moment.astimezone(UTC) if still else None

    found = Clock()
    monkeypatch.setattr(timezone, "now", found)
    return found


@pytest.fixture
def engine(broker, inside):
    """`engine.tick(now)`, `engine.look(now)`, `engine.send()`: what the engine does, by hand."""

    class Engine:
        at_once = 4

        def look(self, now=None):
            return triggers.check_all(now=now or timezone.now())

        def tick(self, now=None):
            while runner.tick(now=now or timezone.now()):
                pass

        def send(self):
            sender = Sender(self.at_once)
            while sender.look():
                pass
            sender.close()

        def live(self, clock, *, until, together=timedelta(), after=lambda: None):
            """What is due at every moment until then, so much `together`; `after` happens after each."""
            while True:
                self.tick()
                self.send()
                after()
                with inside(broker):
                    steps = Enrollment.objects.filter(status="active").aggregate(at=Min("next_run_at"))["at"]
                    queued = Message.objects.filter(status="queued").aggregate(at=Min("not_before"))["at"]
                moment = min((each for each in (steps, queued) if each), default=None)
                if moment is None or moment > until:
                    return
                if moment > timezone.now():
                    clock.go_to(moment + together)

    return Engine()


@pytest.fixture
def enroll(broker, inside):
    """`enroll(campaign, lead, now)`: by hand."""

    def into(campaign, *leads, now=None):
        with inside(broker):
            held = Campaign.objects.get(pk=campaign.pk)
            chosen = Lead.objects.filter(pk__in=[lead.pk for lead in leads])
            enrolling.take_in(held, chosen, why={}, by=BY, now=now or timezone.now())
            return list(Enrollment.objects.filter(campaign=campaign, lead__in=leads).order_by("id"))

    return into


@pytest.fixture
def logs(broker, inside):
    """`logs(campaign)`: (lead's name, step's number, status, reason) in the order they were written."""

    def read(campaign):
        with inside(broker):
            rows = CampaignLog.objects.filter(campaign=campaign).order_by("id").select_related("lead", "step")
            return [(row.lead.name, row.step.number, str(row.status), row.reason) for row in rows]

    return read


@pytest.fixture
def change(broker, inside):
    """`change(campaign, stop_on_reply=False)`."""

    def to(campaign, **fields):
        with inside(broker):
            return drafting.change(campaign, replace(drafting.Wanted.of(campaign), **fields), by=BY, now=timezone.now())

    return to


@pytest.fixture
def say(broker, inside, sandbox):
    """`say(lead, "Hola")`: what a lead writes on a simulated phone, taken in."""

    def write(lead, text, channel="whatsapp"):
        account, now = sandbox[channel], timezone.now()
        with inside(broker):
            told = phone.typed(lead, account, text, key=uuid4(), now=now)
            return hearing.receive(account, phone.news(told.kind, told.payload, now), now=now)

    return write


@pytest.fixture
def admin(client_for, alice):
    """The browser of Alice, who runs Andes."""
    return client_for(alice)


@pytest.fixture
def agent(client_for, bob):
    """The browser of Bob, who works there."""
    return client_for(bob)
