import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from accounts import invitations
from accounts.models import Broker, User


def run(*args, **options):
    out = io.StringIO()
    call_command("create_broker", *args, stdout=out, **options)
    return out.getvalue()


def test_a_new_brokerage_and_the_invitation_of_who_runs_it(db):
    told = run("Ñandú Propiedades", "Ana@nandu.cl", country="UY", currency="UYU", time_zone="America/Montevideo")
    broker = Broker.objects.get(slug="nandu-propiedades")
    assert (broker.currency, str(broker.zone)) == ("UYU", "America/Montevideo")
    secret = re.search(r"/invitation/([^/]+)/", told)[1]
    found = invitations.find(secret, now=timezone.now())
    assert (found.email, found.role, found.broker) == ("ana@nandu.cl", "admin", broker)


def test_a_new_brokerage_with_its_admin(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("una-frase-bien-larga\n"))
    run("Sur", "ana@sur.cl", password_stdin=True, staff=True)
    user = User.objects.get(email="ana@sur.cl")
    assert user.check_password("una-frase-bien-larga")
    assert (user.is_admin, user.is_staff, user.broker.slug) == (True, True, "sur")


@pytest.mark.parametrize(
    ("args", "options"),
    [
        (("Andes Otra", "ana@x.cl"), {"slug": "andes"}),
        (("…", "ana@x.cl"), {}),
        (("Nueva", "no-es-correo"), {}),
        (("Nueva", "alice@andes.cl"), {}),
        (("Nueva", "ana@x.cl"), {"time_zone": "Moon/Base"}),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing(alice, args, options):
    with pytest.raises(CommandError):
        run(*args, **options)
    assert Broker.objects.count() == 1


def test_a_weak_password_leaves_nothing(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("corta\n"))
    with pytest.raises(CommandError):
        run("Sur", "ana@sur.cl", password_stdin=True)
    assert not Broker.objects.exists()


def test_createsuperuser_makes_platform_staff(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "una-frase-bien-larga")
    call_command("createsuperuser", "--no-input", email="Root@Corredor.cl", name="Root", stdout=io.StringIO())
    user = User.objects.get(email="root@corredor.cl")
    assert user.is_platform
    assert user.check_password("una-frase-bien-larga")


def test_periodic_tasks_are_seeded(db):
    tasks = dict(PeriodicTask.objects.values_list("task", "args"))
    assert tasks["core.heartbeat"] == '["beat"]'
    assert "accounts.purge" in tasks
