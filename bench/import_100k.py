"""An import of 100,000 generated rows: rows a second, peak memory, beside a bare executemany INSERT of the same leads.

./corredor bench import_100k        (IMPORT_ROWS=5000 for fewer)
"""

import os
import random
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg.types.json import Jsonb  # noqa: E402

from accounts.models import Broker, User  # noqa: E402
from bench import show  # noqa: E402
from core import jobs, tenancy  # noqa: E402
from core.actors import Actor  # noqa: E402
from core.models import Job  # noqa: E402
from crm.enums import ConsentBasis  # noqa: E402
from crm.imports import begin, intake  # noqa: E402
from crm.models import Lead  # noqa: E402

ROWS = int(os.environ.get("IMPORT_ROWS", "100000"))
HEADER = "Nombre;Teléfono;Correo;Comuna;Presupuesto;Tipo propiedad;Dorm.;Origen;Fecha ingreso;Comentario;Renta líquida"
NAMES = ["Ana", "Luis", "Eva", "Juan", "Rosa", "Pedro", "Carla", "Diego", "Sofía", "Tomás"]
FAMILIES = ["Rojas", "Soto", "Díaz", "Muñoz", "Pérez", "Silva", "Contreras", "Araya", "Vega", "Núñez"]
BUDGETS = ["", "UF 5.200", "70 millones", "$304.200.000", "entre 2900 y 3200 uf", "12.000 UF"]
COMMENTS = ["", "Quiere visitar el sábado", "Busca arriendo, no compra", "No llamar más", "Ya tiene pre-aprobación", ""]


def main():
    """Import, compare, take back."""
    broker = Broker.objects.create(name="Bench", slug=f"bench-{time.time_ns()}")
    user = User.objects.create(email=f"{broker.slug}@example.com", broker=broker, role="admin", password="!")
    data = "\r\n".join([HEADER, *_rows()]).encode("windows-1252")
    with tenancy.use(broker.pk):
        stored = intake.receive("bench.csv", data, by=Actor.of(user))
        begin.start(stored, begin.Answers(ConsentBasis.REQUEST), by=Actor.of(user))
    before = _peak()
    took, own = _work(broker)
    with tenancy.use(broker.pk):
        stored.refresh_from_db()
    outcomes = (stored.created_rows, stored.merged_rows, stored.rejected_rows)
    assert sum(outcomes) == ROWS, outcomes
    memory, floor = _peak() - before, _bare_insert(broker)
    with tenancy.use(broker.pk):
        begin.take_back(stored, worked_on=False, by=Actor.of(user))
    undone, undoing = _work(broker)
    with tenancy.use(broker.pk):
        assert not Lead.objects.exists()
    show(
        [
            _row("import", ROWS, took, floor) | {"own CPU s": round(own, 1), "MB more": round(memory)},
            _row("bare INSERT", outcomes[0], floor, floor) | {"own CPU s": "", "MB more": ""},
            _row("revert", ROWS, undone, floor) | {"own CPU s": round(undoing, 1), "MB more": ""},
        ]
    )


def _row(work, rows, seconds, floor):
    told = {"work": work, "rows": rows, "s": round(seconds, 2), "rows/s": round(rows / seconds)}
    return told | {"of the bare INSERT": round(seconds / floor, 2)}


def _rows():
    chance = random.Random(7)
    for n in range(ROWS):
        who = n if n % 20 else n // 2  # one in twenty is somebody again
        name = f"{NAMES[who % 10]} {FAMILIES[who // 10 % 10]} {FAMILIES[who // 100 % 10]}"
        cells = [name, f"+56 9 {40_000_000 + who}", f"persona{who}@example.com", "Ñuñoa", chance.choice(BUDGETS)]
        cells += ["Departamento", "2D1B", "Portal Inmobiliario", f"{1 + n % 28:02}-{1 + n % 9:02}-2026"]
        yield ";".join([*cells, chance.choice(COMMENTS), chance.choice(["", "1500000"])])


def _work(broker):
    """Do the waiting job as a worker does; returns the seconds, and those of this process's own work."""
    with tenancy.use(broker.pk):
        job = jobs.claim(Job.objects.order_by("-pk").values_list("pk", flat=True)[0], now=timezone.now())
    start, own = time.perf_counter(), time.process_time()
    jobs.work(job)
    return time.perf_counter() - start, time.process_time() - own


def _bare_insert(broker):
    """The same leads again, into the same table, with nothing around it; taken back at once."""
    names = [f.column for f in Lead._meta.concrete_fields if f.column != "id" and not f.generated]  # noqa: SLF001
    quoted = ", ".join(f'"{name}"' for name in names)
    with tenancy.use(broker.pk), connection.cursor() as cursor:
        chosen = quoted.replace('"public_id"', "gen_random_uuid()").replace('"phone_e164"', "''")
        cursor.execute(f"SELECT {chosen} FROM crm_lead ORDER BY id")
        rows = [tuple(_adapted(value) for value in row) for row in cursor.fetchall()]
        start = time.perf_counter()
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO crm_lead ({quoted}) VALUES ({marks})", rows)
        took = time.perf_counter() - start
        connection.set_rollback(True)
    return took


def _adapted(value):
    return Jsonb(value) if isinstance(value, (dict, list)) else value


def _peak():
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    import crm.tasks  # noqa: F401 -- registers the jobs

    main()
