from datetime import timedelta

from django.utils import timezone

from core.actors import Actor
from crm import consent, financial
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, DicomStatus
from crm.models import FinancialProfile

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
