"""Lists of leads as files: made by the worker, kept for a day, for the person who asked."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core import audit, jobs, keyset
from core.actors import Actor
from core.models import Job
from crm import custom_fields, filters, lists
from crm.custom_values import Definition
from crm.enums import ExportFormat
from crm.models import Lead, LeadExport
from crm.sheet_files import as_csv, as_xlsx, escaped

KIND = "lead_export"
KEPT = timedelta(hours=24)
_BATCH = 1000


class _Row(NamedTuple):
    lead: Lead
    tags: str


def start(query: str, *, user: User, file_format: ExportFormat, total: int, now: datetime) -> LeadExport:
    """Ask for a file of the leads a query finds; files that expired are swept away meanwhile."""
    LeadExport.objects.filter(expires_at__lte=now).delete()
    by = Actor.of(user)
    wish = LeadExport.objects.create(
        format=file_format,
        query=query,
        time_zone=str(user.zone),
        created_at=now,
        expires_at=now + KEPT,
        **by.columns(),
    )
    words = ngettext("Exportar %(n)d lead a %(format)s", "Exportar %(n)d leads a %(format)s", total)
    label = words % {"n": total, "format": file_format.label}
    wish.job = jobs.start(kind=KIND, label=label, by=by, arguments={"export": wish.pk}, total=total)
    wish.save(update_fields=["job"])
    audit.note("export.made", by=by, now=now, subject="crm.LeadExport", subject_id=wish.public_id, data={"rows": total})
    return wish


@jobs.runner(KIND)
def run(job: Job) -> None:
    """Make the file of a claimed job, batch by batch, from the start when another worker lost it."""
    with jobs.inside(job):
        wish = LeadExport.objects.select_related("by_user").filter(pk=job.arguments["export"]).first()
    if wish is None or wish.by_user is None or not wish.by_user.is_active:
        jobs.fail(job, error=_("La exportación ya no existe."), now=timezone.now())
        return
    with timezone.override(wish.time_zone):
        rows = _rows(job, wish, wish.by_user)
        content = as_csv(rows) if wish.format == ExportFormat.CSV else as_xlsx(rows, title=_("Leads"))
    now = timezone.now()
    with jobs.inside(job):
        count = Job.objects.get(pk=job.pk).done
        LeadExport.objects.filter(pk=wish.pk).update(content=content, rows=count)
    jobs.finish(job, result={"url": reverse("crm:export-file", args=[wish.public_id]), "rows": count}, now=now)


def kept(user: User, *, now: datetime, **which: UUID) -> LeadExport | None:
    """A finished file of the person who asked for it, by `public_id` or `job__public_id`, while it is kept."""
    mine = LeadExport.objects.filter(by_user=user, expires_at__gt=now, content__isnull=False)
    return mine.filter(**which).first()


def _rows(job: Job, wish: LeadExport, user: User) -> Iterator[list[Any]]:
    """The header and one list of cells per lead, read in batches that each keep the job's lease."""
    params = QueryDict(wish.query)
    order = lists.order_of(params.get("sort", ""))
    with jobs.inside(job):
        columns = [*_columns(), *_own_columns(custom_fields.definitions())]
    yield [str(label) for label, _value in columns]
    cursor, done = "", 0
    while True:
        with jobs.inside(job):
            found = filters.apply(params, user=user, now=wish.created_at).found
            whole = found.select_related("assigned_to").defer("search_text", "score_components")
            page = keyset.page(whole, order, cursor=cursor, size=_BATCH)
            done += len(page.rows)
            jobs.advance(job, done=done, now=timezone.now())
            tags = _tags([lead.pk for lead in page.rows])
        for lead in page.rows:
            yield [value(_Row(lead, tags.get(lead.pk, ""))) for _label, value in columns]
        cursor = page.next
        if not cursor:
            return


def _tags(ids: list[int]) -> dict[int, str]:
    worn: dict[int, list[str]] = {}
    rows = Lead.tags.through.objects.filter(lead_id__in=ids).order_by("tag__name").values_list("lead_id", "tag__name")
    for lead_id, name in rows:
        worn.setdefault(lead_id, []).append(name)
    return {lead_id: ", ".join(names) for lead_id, names in worn.items()}


def _columns() -> list[tuple[str, Callable[[_Row], Any]]]:
    """Header and value of each column, in the reader's language."""
    return [
        (_("Nombre"), lambda row: row.lead.name),
        (_("Teléfono"), lambda row: row.lead.phone_raw),
        (_("Teléfono internacional"), lambda row: row.lead.phone_e164),
        (_("Correo"), lambda row: row.lead.email),
        (_("Etapa"), lambda row: row.lead.get_stage_display()),
        (_("Estado"), lambda row: row.lead.get_status_display()),
        (_("Calificación"), lambda row: row.lead.get_qualification_display()),
        (_("Puntaje"), lambda row: row.lead.score),
        (_("Responsable"), lambda row: str(row.lead.assigned_to or "")),
        (_("Origen"), lambda row: row.lead.source),
        (_("Operación"), lambda row: row.lead.get_operation_display()),
        (_("Tipo de propiedad"), lambda row: row.lead.get_property_type_display()),
        (_("Comuna o sector"), lambda row: row.lead.location),
        (_("Dormitorios"), lambda row: row.lead.bedrooms),
        (_("Baños"), lambda row: row.lead.bathrooms),
        (_("Presupuesto desde"), lambda row: row.lead.budget_min),
        (_("Presupuesto"), lambda row: row.lead.budget_amount),
        (_("Unidad"), lambda row: row.lead.budget_unit),
        (_("Propiedad consultada"), lambda row: row.lead.property_ref),
        (_("Etiquetas"), lambda row: row.tags),
        (_("Próximo paso"), lambda row: row.lead.next_step_at),
        (_("Último contacto"), lambda row: row.lead.last_contact_at),
        (_("Ingreso"), lambda row: row.lead.created_at),
        (_("Pidió no recibir más"), lambda row: row.lead.opted_out_at),
    ]


def _own_columns(fields: Iterable[Definition]) -> list[tuple[str, Callable[[_Row], Any]]]:
    """The brokerage's own fields; numbers stay numbers."""
    return [(escaped(field.label), partial(_own, key=field.key)) for field in fields]


def _own(row: _Row, *, key: str) -> Any:  # noqa: ANN401 -- a number or words
    value = row.lead.custom.get(key)
    return (_("Sí") if value else _("No")) if isinstance(value, bool) else value
