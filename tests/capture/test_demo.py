"""The demo's brokerage shows its own fields and a form that works."""

from django.test import Client
from django.utils import timezone

from accounts.models import Broker
from core import tenancy
from crm.models import CaptureForm, CustomField, Lead
from demo import story


def test_the_demo_has_fields_and_a_form_that_takes_answers(db):
    story.install(now=timezone.now())
    andes = Broker.objects.get(slug="andes")
    with tenancy.use(andes.pk):
        form = CaptureForm.objects.get()
        assert CustomField.objects.count() == 2
        assert Lead.objects.filter(custom__has_key="mascotas").exists()
    assert "Crédito hipotecario" in Client().get(f"/l/{form.token}/").content.decode()
    assert Client().post(f"/l/{form.token}/", {"name": "Ana", "phone": "998248519"}).status_code == 303
