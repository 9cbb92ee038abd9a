"""Two brokerages: Andes with a row in every tenant table and a canary in every text column, Sur with people who must see none."""

import hashlib
from datetime import timedelta
from functools import cache

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, Broker, Invitation, User
from appointments.models import Appointment
from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from core import audit, jobs, tenancy
from core.actors import Actor
from core.models import Job, KeptAnswer
from core.public_ids import uuid7
from crm import assignment, consent, custom_fields, financial, leads, timeline
from crm import bin as leads_bin
from crm.enums import ConsentBasis, ConsentSource, ConsentState, DicomStatus
from crm.models import (
    Action,
    CaptureForm,
    CustomField,
    DefaultView,
    Erasure,
    FormReceipt,
    ImportMapping,
    ImportRow,
    Interaction,
    Lead,
    LeadExport,
    LeadImport,
    Notification,
    PersonalFile,
    RuleSet,
    SavedView,
    Task,
    TimelineEntry,
)  # fmt: skip
from integrations import endpoints
from messaging.models import (
    Anomaly,
    BindingLink,
    ChannelAccount,
    ChannelIdentity,
    ChannelMeter,
    ContactLimits,
    Conversation,
    Message,
    ProviderEvent,
    SendAttempt,
    SendScope,
    Suppression,
)  # fmt: skip
from pipeline import board
from pipeline.models import StageTransition
from templates_app.models import Template, TemplateVersion

CANARY = "zq7canario"
_SHORTEST = len(CANARY)
PASSWORD_HASH = make_password("una-clave-larga-1", hasher="pbkdf2_sha256")


class World:
    """The people, their tokens, and Andes's objects by kind."""

    def __init__(self):
        self.now = timezone.now()
        self.clients = {}
        self.andes = Broker.objects.create(name=f"Andes {CANARY}", slug="andes-probe")
        self.sur = Broker.objects.create(name="Sur", slug="sur-probe")
        self.owner = self._person("owner@andes.example", self.andes, "admin", name=CANARY)
        self.agent = self._person("agent@andes.example", self.andes, "agent", name=CANARY)
        self.colleague = self._person("colleague@andes.example", self.andes, "agent")
        self.gone = self._person("gone@andes.example", self.andes, "admin", is_active=False)
        self.stranger = self._person("admin@sur.example", self.sur, "admin")
        self.strange_agent = self._person("agent@sur.example", self.sur, "agent")
        self.strange_staff = self._person("staff@sur.example", self.sur, "admin", is_staff=True)
        self.andes_staff = self._person("staff@andes.example", self.andes, "admin", is_staff=True)
        self.secrets = {
            name: tokens.issue(user=user, name=name, scope=scope, expires_at=None)[1]
            for name, user, scope in (
                ("stranger", self.stranger, "write"), ("reader", self.owner, "read"), ("owner", self.owner, "write"),
            )
        }  # fmt: skip
        ApiToken.objects.update(last_used_at=self.now)  # or every request would write it, to be taken back
        with tenancy.use(self.andes.pk):
            self.objects = self._furnish()
            self._plant()
        with tenancy.use(self.sur.pk):
            self.own_lead = leads.create(leads.Draft({"name": "De Sur"}), by=Actor.of(self.stranger), now=self.now)

    def _person(self, email, broker, role, **fields):
        return User.objects.create(email=email, broker=broker, role=role, password=PASSWORD_HASH, **fields)

    def _furnish(self):
        """A row of Andes in every tenant table, made by the product's functions where there are some."""
        by, now = Actor.of(self.agent), self.now
        field = custom_fields.create(CustomField(label=CANARY, kind="choice", options=[CANARY]), by=by)
        draft = leads.Draft(
            {"name": CANARY, "phone_raw": "+56 9 8765 4321", "email": f"{CANARY}@andes.example"},
            assigned_to=self.agent,
            custom={field.key: CANARY},
        )
        lead = leads.create(draft, by=by, now=now, tag_names=[CANARY])
        board.move(lead.public_id, board.Move("perfilamiento"), within=type(lead).objects.all(), by=by, now=now)
        lead.refresh_from_db()
        note = timeline.add_note(lead, body=CANARY, by=by, at=now)
        consent.record(
            lead, ConsentState.GRANTED, consent.Ground(ConsentBasis.OPT_IN, ConsentSource.FORM, CANARY), by=by, at=now
        )
        financial.declare(lead, financial.Declared(dicom_status=DicomStatus.CLEAN))
        job = jobs.start(kind="probe", label=CANARY, by=by, arguments={})
        taken_in, draft_import, failed_import = (self._import(job, state) for state in ("done", "uploaded", "failed"))
        ImportRow.objects.create(
            lead_import=taken_in, number=1, cells=[CANARY], outcome="created", lead=lead, fingerprint=CANARY
        )
        ImportMapping.objects.create(header_key=CANARY, mapping={})
        export = LeadExport.objects.create(
            format="csv", content=CANARY.encode(), job=job, created_at=now, expires_at=now + timedelta(days=1), time_zone="UTC",
            **Actor.of(self.owner).columns(),
        )  # fmt: skip
        invitation = Invitation.objects.create(
            broker=self.andes, email=f"{CANARY}@andes.example", token_hash=hashlib.sha256(b"probe").hexdigest(),
            expires_at=now + timedelta(days=1),
        )  # fmt: skip
        capture_form = CaptureForm.objects.create(name=CANARY, title=CANARY, source=CANARY, asks=[{"name": "phone"}])
        FormReceipt.objects.create(form=capture_form, digest=CANARY, at=now)
        action = Action.objects.create(kind="delete", at=now, label=CANARY, count=1, **by.columns())
        binned = leads.create(leads.Draft({"name": CANARY}, assigned_to=self.agent), by=by, now=now)
        free = leads.create(leads.Draft({"name": CANARY}), by=by, now=now)
        leads_bin.delete(Lead.objects.filter(pk=binned.pk), by=by, now=now)
        audit.note("export.made", by=by, now=now, subject="crm.LeadExport", reason=CANARY, data={"rows": 1})
        assignment.queues(), assignment.policy()
        erased = leads.create(leads.Draft({"name": "Borrada"}), by=by, now=now)
        KeptAnswer.objects.create(user=self.owner, key=CANARY, status=201, body=CANARY, created_at=now)
        Erasure.objects.create(lead=erased, at=now, **by.columns())
        personal_file = PersonalFile.objects.create(
            lead=lead, content=CANARY.encode(), created_at=now, expires_at=now + timedelta(days=1), **Actor.of(self.owner).columns()
        )  # fmt: skip
        Interaction.objects.create(lead=lead, kind="message_in", at=now, note=CANARY, **by.columns())
        rules = RuleSet.objects.create(version=1, document={}, created_at=now, **by.columns())
        task = Task.objects.create(
            lead=lead, assignee=self.agent, title=CANARY, due_at=now, created_at=now, **by.columns()
        )
        notice = Notification.objects.create(user=self.owner, kind="reply", lead=lead, key=CANARY, at=now)
        view = SavedView.objects.create(owner=self.owner, page="board", name=CANARY)
        DefaultView.objects.create(user=self.owner, page="board", view=view)
        appointment = Appointment.objects.create(
            lead=lead, agent=self.agent, type="property_visit", starts_at=now, ends_at=now + timedelta(hours=1), created_at=now, **by.columns(),
        )  # fmt: skip
        wanted = endpoints.Wanted(CANARY, "https://example.com/hook", ["lead.created"])
        endpoint, _secret = endpoints.create(wanted, by=Actor.of(self.owner), now=now)
        delivery = endpoints.send_test(endpoint, now=now)
        messaging = self._messaging(lead)
        return {
            **messaging,
            **self._campaigns(lead, messaging),
            "endpoint": endpoint, "delivery": delivery,
            "binned": binned, "personal_file": personal_file, "free": free, "action": action, "rules": rules, "task": task, "notification": notice, "view": view, "appointment": appointment,
            "lead": lead, "tag": lead.tags.get(), "entry": note, "job": job, "import": taken_in, "draft_import": draft_import, "failed_import": failed_import, "export": export, "invitation": invitation,
            "custom_field": field, "capture_form": capture_form,
            "user": self.agent, "token": self.owner.api_tokens.first(), "transition": StageTransition.objects.filter(lead=lead).latest("id"),
            "consent": lead.consents.get(), "timelineentry": TimelineEntry.objects.latest("id"),
        }  # fmt: skip

    def _messaging(self, lead):
        by, now = Actor.of(self.owner).columns(), self.now
        account = ChannelAccount.objects.create(
            channel="whatsapp", provider="sandbox", name=CANARY, token=f"{CANARY}-account", created_at=now, **by
        )
        ChannelMeter.objects.create(account=account, tokens_at=now)
        real = ChannelAccount.objects.create(
            channel="email", provider="smtp", name=CANARY, address=f"{CANARY}@andes.example", token=f"{CANARY}-real",
            created_at=now, **by,
        )  # fmt: skip
        template = Template.objects.create(name=CANARY, channel="whatsapp", created_at=now, updated_at=now, **by)
        version = TemplateVersion.objects.create(template=template, number=1, body=CANARY, created_at=now, **by)
        conversation = Conversation.objects.create(
            lead=lead, last_at=now, last_text=CANARY, last_channel="whatsapp", last_direction="in", unread=1
        )
        scope = SendScope.objects.create(key=CANARY)
        message = Message.objects.create(
            direction="out", channel="whatsapp", status="queued", lead=lead, account=account, address=CANARY,
            body=CANARY, template_version=version, scope=scope, dedupe_key=CANARY, not_before=now + timedelta(days=1),
            expires_at=now + timedelta(days=2), created_at=now, **by,
        )  # fmt: skip
        SendAttempt.objects.create(
            key=uuid7(), message=message, number=1, worker=uuid7(), state="absent", claimed_at=now, detail=CANARY
        )
        unconfirmed = Message.objects.create(
            direction="out", channel="whatsapp", status="unconfirmed", lead=lead, account=account, address=CANARY,
            body=CANARY, attempt=uuid7(), provider_ref=f"{CANARY}-2", dedupe_key=f"{CANARY}-2", not_before=now, expires_at=now + timedelta(days=2),
            created_at=now, **by,
        )  # fmt: skip
        SendAttempt.objects.create(
            key=unconfirmed.attempt, message=unconfirmed, number=1, worker=uuid7(), state="unknown", claimed_at=now
        )
        Anomaly.objects.create(kind="crashing", at=now, message=message)
        ProviderEvent.objects.create(
            account=account, key=CANARY, kind="other", payload={}, received_at=now, applied_at=now
        )
        ChannelIdentity.objects.create(lead=lead, account=account, address=CANARY, bound_at=now)
        BindingLink.objects.create(lead=lead, account=account, digest=CANARY, created_at=now, expires_at=now)
        ContactLimits.objects.create(updated_at=now, **by)
        suppression = Suppression.objects.create(kind="email", value=CANARY, source="manual", created_at=now, **by)
        return {
            "account": account, "real_account": real, "template": template, "templateversion": version, "conversation": conversation, "message": message,
            "suppression": suppression, "unconfirmed": unconfirmed,
        }  # fmt: skip

    def _campaigns(self, lead, messaging):
        by, now = Actor.of(self.owner).columns(), self.now
        campaign = Campaign.objects.create(
            name=CANARY, channel="whatsapp", trigger="stage_change", condition={"stage": "perfilamiento"}, status="active",
            scope=SendScope.objects.create(key=f"{CANARY}-campaign"), created_at=now, updated_at=now, activated_at=now, checked_at=now, **by,
        )  # fmt: skip
        draft = Campaign.objects.create(
            name=CANARY, channel="whatsapp", trigger="manual", created_at=now, updated_at=now, **by
        )
        paused = Campaign.objects.create(
            name=CANARY, channel="whatsapp", status="paused", created_at=now, updated_at=now, activated_at=now, paused_at=now,
            scope=SendScope.objects.create(key=f"{CANARY}-paused", running=False), **by
        )  # fmt: skip
        for each in (draft, paused):
            Step.objects.create(campaign=each, number=1, action="notify_agent", note=CANARY)
        step, later = (
            Step.objects.create(
                campaign=campaign, number=number, action="send_message", template=messaging["template"], delay_minutes=60 * number
            )
            for number in (1, 2)
        )  # fmt: skip
        enrollment = Enrollment.objects.create(
            campaign=campaign, lead=lead, stage=lead.stage, next_step=later, next_run_at=now + timedelta(days=1), enrolled_at=now,
            cause={"trigger": CANARY}, **by,
        )  # fmt: skip
        log = CampaignLog.objects.create(
            campaign=campaign, enrollment=enrollment, step=step, lead=lead, status="skipped", reason="condition", due_at=now,
            scheduled_for=now, executed_at=now, trace={"seen": CANARY}, message=messaging["message"],
        )  # fmt: skip
        return {
            "campaign": campaign,
            "draft_campaign": draft,
            "paused_campaign": paused,
            "step": step,
            "later_step": later,
            "enrollment": enrollment,
            "campaign_log": log,
            "simulation": Job.objects.create(
                kind="campaign_simulation", label=CANARY, arguments={"simulates": campaign.pk}, **by
            ),
        }

    def _import(self, job, state):
        return LeadImport.objects.create(
            file_name=f"{CANARY}.csv", content=b"Nombre,Correo\nAna,\n", sha256="0" * 64, size=20, encoding="utf-8", delimiter=",",
            header=["Nombre", "Correo"], mapping={"0": "name"}, job=job, state=state, **Actor.of(self.owner).columns(),
        )  # fmt: skip

    def _plant(self):
        """Put the canary into every text column that may hold any text and does not yet."""
        for model in tenant_models():
            names = [field.attname for field in model._meta.concrete_fields if _holds_any_text(field)]
            assert model._base_manager.exists(), f"The probe's world has no {model.__name__}: add one in _furnish."
            for name in names if not is_append_only(model) else []:
                model._base_manager.exclude(**{f"{name}__contains": CANARY}).update(**{name: CANARY})

    def row_of(self, app_label, model_name):
        """The key of a row of Andes in this model's table; for tables without a brokerage, of any row."""
        if app_label not in {
            "crm",
            "core",
            "pipeline",
            "accounts",
            "appointments",
            "integrations",
            "messaging",
            "templates_app",
            "campaigns",
        }:
            return 1
        model = apps.get_model(app_label, model_name)
        if getattr(model, "walled", False):
            with tenancy.use(self.andes.pk):
                return model.objects.latest("pk").pk
        of_andes = {"broker": self.andes.pk, "user": self.owner.pk, "invitation": self.objects["invitation"].pk}
        return of_andes.get(model_name, self.owner.api_tokens.earliest("pk").pk)

    def snapshot(self):
        """A hash of everything Andes has, in one statement."""
        with tenancy.use(self.andes.pk), connection.cursor() as cursor:
            cursor.execute(*_everything_of(self.andes.pk))
            return cursor.fetchall()


@cache
def _everything_of(broker_id):
    hashed = "SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t {1}"
    walled = [hashed.format(f'"{model._meta.db_table}"', "") for model in tenant_models()]
    outside = [
        hashed.format('"accounts_broker"', "WHERE id = %s"),
        hashed.format(
            "(SELECT id, broker_id, name, role, is_active, is_staff, password, email FROM accounts_user)",
            "WHERE broker_id = %s",
        ),
        hashed.format('"accounts_invitation"', "WHERE broker_id = %s"),
        hashed.format(
            "(SELECT k.id, revoked_at, scope, expires_at, broker_id FROM accounts_apitoken k JOIN accounts_user u ON u.id = user_id)",
            "WHERE broker_id = %s",
        ),
    ]
    return " UNION ALL ".join([*walled, *outside]), [broker_id] * len(outside)


def tenant_models():
    """Every model behind the walls."""
    return [model for model in apps.get_models() if getattr(model, "walled", False)]


def is_append_only(model):
    """Whether the application may only add to a model's table: its canary has to be written by the product."""
    return hasattr(model, "pgh_id") or getattr(model, "append_only", False)


def _holds_any_text(field):
    return (
        isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.generated
        and field.attname not in {"phone_e164", "board_rank", "time_zone", "number", "header_key", "fingerprint", "sha256", "encoding", "delimiter", "kind", "token"}
        and (field.max_length is None or field.max_length >= _SHORTEST)
    )  # fmt: skip
