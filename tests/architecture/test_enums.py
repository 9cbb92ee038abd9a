"""Every enum of the domain: the values are those that are public, and the database takes them and nothing else."""

import pytest
from django.apps import apps
from django.db import connection

ENUMS = {  # as the domain says them; where each is stored
    "crm.Lead.stage": "entrada perfilamiento calificacion_financiera agendado seguimiento referidos ganado perdido",
    "crm.Lead.status": "cold warm hot converted lost",
    "crm.Lead.qualification": "PENDIENTE CALIFICADO POTENCIAL NO_CALIFICADO",
    "crm.Lead.treatment_type": "automated_telegram automated_call manual_follow_up hold",
    "crm.Lead.operation": "compra arriendo venta",
    "crm.Lead.property_type": "departamento casa oficina local parcela terreno bodega estacionamiento otro",
    "crm.Lead.lost_reason": "precio financiamiento ubicacion compro_en_otra_parte sin_respuesta no_califica solo_curioseaba duplicado otro",
    "crm.Consent.purpose": "marketing transactional",
    "crm.Consent.basis": "opt_in existing_relation request none",
    "crm.Consent.state": "granted revoked unknown",
    "appointments.Appointment.type": "property_visit virtual_meeting phone_call office_meeting other",
    "appointments.Appointment.status": "held scheduled confirmed cancelled completed no_show",
    "templates_app.Template.channel": "telegram whatsapp call email",
    "templates_app.Template.agent_type": "perfilador calificador_financiero agendador seguimiento",
    "messaging.Message.direction": "in out",
    "messaging.Message.status": (
        "queued claimed sending sent delivered read failed unknown unconfirmed expired suppressed cancelled received"
    ),
    "campaigns.Campaign.channel": "telegram whatsapp call email",
    "campaigns.Campaign.status": "draft active paused completed",
    "campaigns.Campaign.trigger": "manual lead_score stage_change inactivity",
    "campaigns.Step.action": "send_message make_call schedule_meeting update_stage assign_agent add_tag notify_agent",
    "campaigns.CampaignLog.status": "pending sent failed skipped",
}

pytestmark = pytest.mark.django_db
# The checks of one column alone, as the database keeps them.
CHECKS = """
SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint
WHERE contype = 'c' AND conrelid = %s::regclass AND conkey = ARRAY[
    (SELECT attnum FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s)]
"""


def takes(model, column, value):
    """Whether the constraints of a column let a value in."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(CHECKS, [table, table, column])
        checks = [expression for (expression,) in cursor.fetchall()]
        assert checks, f"{table}.{column} has no check"
        cursor.execute(f'SELECT {" AND ".join(checks)} FROM (SELECT %s::varchar AS "{column}") AS row', [value])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("where", ENUMS)
def test_the_database_takes_the_public_values_and_no_other(where):
    label, _, name = where.rpartition(".")
    model, values = apps.get_model(label), ENUMS[where].split()
    field = model._meta.get_field(name)
    assert {value for value, _label in field.flatchoices} == set(values)
    assert all(takes(model, field.column, value) for value in values)
    assert not any(takes(model, field.column, value) for value in ("nada", values[0].upper() + "x", f" {values[0]}"))
