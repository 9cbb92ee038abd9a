from datetime import timedelta

from django.utils import timezone

from core.actors import Actor
from crm import consent, financial
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, DicomStatus
from crm.models import Consent, FinancialProfile

GROUND = consent.Ground(ConsentBasis.OPT_IN, ConsentSource.FORM, wording="Acepto que me escriban")


def test_the_state_at_any_past_moment_can_be_told(make_lead, broker, inside):
    lead, start = make_lead(), timezone.now()
    with inside(broker):
        consent.record(lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=start)
        consent.record(lead, ConsentState.REVOKED, GROUND, by=Actor.system(), at=start + timedelta(days=2))
        states = [
            consent.state_at(
                lead, purpose=ConsentPurpose.MARKETING, channel=Channel.EMAIL, at=start + timedelta(days=days)
            )
            for days in (-1, 1, 3)
        ]
        lead.refresh_from_db()
    assert states == [ConsentState.UNKNOWN, ConsentState.GRANTED, ConsentState.REVOKED]
    assert lead.opted_out_at == start + timedelta(days=2)


def test_a_new_consent_lifts_the_mark(make_lead, broker, inside):
    lead, now = make_lead(), timezone.now()
    with inside(broker):
        consent.record(lead, ConsentState.REVOKED, GROUND, by=Actor.system(), at=now)
        consent.record(lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=now + timedelta(days=1))
        lead.refresh_from_db()
    assert lead.opted_out_at is None


def test_the_financial_profile_is_not_readable_in_the_database(make_lead, broker, inside):
    lead = make_lead()
    declared = financial.Declared(monthly_income=1234567, dicom_status=DicomStatus.HAS_DEBT, debt=300000)
    with inside(broker):
        financial.declare(lead, declared)
        stored = bytes(FinancialProfile.objects.get().sealed)
        assert b"1234567" not in stored
        assert b"has_debt" not in stored
        assert financial.read(lead).monthly_income == 1234567
        assert lead.income_band == 2
        financial.declare(lead, financial.NOTHING)
        assert not FinancialProfile.objects.exists()


def test_one_channel_is_taken_back_alone(make_lead, broker, inside):
    lead, now = make_lead(), timezone.now()
    with inside(broker):
        consent.record(lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=now)
        consent.record(
            lead, ConsentState.REVOKED, GROUND, by=Actor.system(), at=now + timedelta(days=1), channel=Channel.EMAIL
        )
        ledger = consent.states([lead.pk])[lead.pk]
        lead.refresh_from_db()
    states = {channel: ledger.of(ConsentPurpose.MARKETING, channel).state for channel in (Channel.EMAIL, Channel.CALL)}
    assert states == {Channel.EMAIL: ConsentState.REVOKED, Channel.CALL: ConsentState.GRANTED}
    assert lead.opted_out_at is None


def test_a_revocation_for_all_channels_beats_an_older_yes_on_one(make_lead, broker, inside):
    lead, now = make_lead(), timezone.now()
    with inside(broker):
        consent.record(lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=now, channel=Channel.EMAIL)
        consent.record(lead, ConsentState.REVOKED, GROUND, by=Actor.system(), at=now + timedelta(days=1))
        consent.record(
            lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=now + timedelta(days=2), channel=Channel.WHATSAPP
        )
        now_holds, before = (consent.states([lead.pk], at=at)[lead.pk] for at in (None, now + timedelta(hours=1)))
    marketing = ConsentPurpose.MARKETING
    assert before.of(marketing, Channel.EMAIL).state == ConsentState.GRANTED
    assert now_holds.of(marketing, Channel.EMAIL).state == ConsentState.REVOKED
    assert now_holds.of(marketing, Channel.WHATSAPP).state == ConsentState.GRANTED


def test_service_is_taken_back_apart_from_promotions(make_lead, broker, inside):
    lead, now = make_lead(), timezone.now()
    service = (ConsentPurpose.TRANSACTIONAL,)
    with inside(broker):
        consent.record(lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=now, purposes=tuple(ConsentPurpose))
        consent.record(lead, ConsentState.REVOKED, GROUND, by=Actor.system(), at=now, purposes=service)
        ledger = consent.states([lead.pk])[lead.pk]
        lead.refresh_from_db()
    assert ledger.of(ConsentPurpose.TRANSACTIONAL, Channel.CALL).state == ConsentState.REVOKED
    assert ledger.of(ConsentPurpose.MARKETING, Channel.CALL).state == ConsentState.GRANTED
    assert lead.opted_out_at is None


def test_the_ledgers_of_many_leads_are_one_statement(make_lead, broker, inside, django_assert_num_queries):
    leads = [make_lead(name=f"Ana {number}") for number in range(3)]
    with inside(broker):
        for lead in leads:
            consent.record(lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=timezone.now())
        with django_assert_num_queries(1):
            assert len(consent.states([lead.pk for lead in leads])) == 3


def test_the_page_shows_what_holds_and_takes_an_entry_with_its_proof(make_lead, client_for, alice, broker, inside):
    lead = make_lead()
    client, url = client_for(alice), f"/leads/{lead.public_id}/consent/"
    given = {
        "state": "granted", "purpose": "both", "channel": "email", "basis": "request", "source": "call",
        "wording": "Sí, envíenme opciones", "reason": "Llamó el martes",
    }  # fmt: skip
    assert client.post(url, {**given, "channel": "paloma"}).status_code == 422
    assert client.post(url, given).status_code == 302
    with inside(broker):
        entries = Consent.objects.filter(lead=lead)
        assert {(each.purpose, each.channel, each.basis, each.source) for each in entries} == {
            ("marketing", "email", "request", "call"), ("transactional", "email", "request", "call"),
        }  # fmt: skip
        assert entries[0].proof == {"reason": "Llamó el martes"}
    text = client.get(f"/leads/{lead.public_id}/").content.decode()
    for each in (
        "Sí, envíenme opciones",
        "Llamó el martes",
        "WhatsApp, Telegram, Llamada",
        "Promoción, Servicio · Correo",
    ):
        assert each in text
