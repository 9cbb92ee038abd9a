"""Import, before it runs: the list, the upload, the columns, the preview."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import wants_fragment
from crm import custom_fields
from crm.enums import ConsentBasis, ImportState, Stage
from crm.forms.imports import DELIMITERS, ENCODINGS, AnswersForm, ColumnsForm, ReadingForm, UploadForm
from crm.imports import begin, intake
from crm.imports.preview import MOST_ROWS, SHOWS, look
from crm.imports.unreadable import UnreadableFile
from crm.models import LeadImport

_LISTED = 100
UNPROCESSABLE = 422


def own(request: BrokerRequest, public_id: UUID, *states: ImportState) -> LeadImport:
    """The import, if the person may see it: admins all of their brokerage, agents their own. Else 404."""
    found = LeadImport.objects.defer("content").select_related("by_user", "assigned_to", "job")
    if not request.user.is_admin:
        found = found.filter(by_user=request.user)
    return get_object_or_404(found.filter(state__in=states) if states else found, public_id=public_id)


@require_GET
def index(request: BrokerRequest) -> HttpResponse:
    """The imports so far, the newest first."""
    found = LeadImport.objects.defer("content", "header", "mapping").select_related("by_user", "job")
    if not request.user.is_admin:
        found = found.filter(by_user=request.user)
    return render(request, "crm/import_list.html", {"imports": found.order_by("-created_at", "-id")[:_LISTED]})


@require_http_methods(["GET", "POST"])
def new(request: BrokerRequest) -> HttpResponse:
    """Upload a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            stored = intake.receive(file.name, file.read(), by=Actor.of(request.user))
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            return redirect("crm:import-mapping", stored.public_id)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "crm/import_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def mapping(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Say which column is which."""
    lead_import = own(request, public_id, ImportState.UPLOADED)
    sheet = intake.opened(lead_import)
    ours = custom_fields.definitions()
    form = ColumnsForm(sheet, intake.mapping_of(lead_import), request.POST or None, own=ours)
    if request.method == "POST" and form.is_valid():
        intake.map_columns(lead_import, form.mapping)
        return redirect("crm:import-preview", public_id)
    context = {
        "lead_import": lead_import,
        "form": form,
        "reading_form": ReadingForm(lead_import),
        "remarks": sheet.remarks,
        "earlier": intake.earlier(lead_import),
        "form_words": _form_words(lead_import),
    }
    return render(request, "crm/import_mapping.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
def reread(request: BrokerRequest, public_id: UUID) -> HttpResponseRedirect:
    """Read the file with another encoding, delimiter or header."""
    lead_import = own(request, public_id, ImportState.UPLOADED)
    form = ReadingForm(lead_import, request.POST)
    if form.is_valid():
        try:
            intake.reread(lead_import, **{"encoding": "", "delimiter": "", **form.cleaned_data})
        except UnreadableFile as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("El archivo no se puede leer de esa manera."))
    return redirect("crm:import-mapping", public_id)


@require_http_methods(["GET", "POST"])
def preview(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Show what would happen; a POST answers the questions and starts the import."""
    lead_import = own(request, public_id, ImportState.UPLOADED)
    form = AnswersForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with suppress(begin.NotNow):  # a second click: it runs already
            begin.start(lead_import, _answers(form), by=Actor.of(request.user))
        return redirect("crm:import-detail", public_id)
    show = request.GET.get("show", "all")
    show = show if show in SHOWS else "all"
    try:
        seen = look(lead_import, show=show, now=timezone.now())
    except UnreadableFile as error:
        messages.error(request, str(error))
        return redirect("crm:import-mapping", public_id)
    context: dict[str, Any] = {
        "lead_import": lead_import,
        "form": form,
        "preview": seen,
        "show": show,
        "most": MOST_ROWS,
    }
    context["earlier"] = intake.earlier(lead_import)
    context["tabs"] = _tabs(seen.counts)
    if wants_fragment(request) and request.method == "GET":
        return render(request, "crm/import_preview_rows.html", context)
    return render(request, "crm/import_preview.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
def discard(request: BrokerRequest, public_id: UUID) -> HttpResponseRedirect:
    """Forget a file that was not imported."""
    intake.discard(own(request, public_id, ImportState.UPLOADED))
    messages.success(request, _("Archivo descartado"))
    return redirect("crm:import-list")


def _answers(form: AnswersForm) -> begin.Answers:
    data = form.cleaned_data
    return begin.Answers(ConsentBasis(data["basis"]), data["wording"], Stage(data["stage"]), form.owner)


def _tabs(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    words = {
        "all": _("Todas"),
        "created": _("Leads nuevos"),
        "merged": _("Repetidas"),
        "rejected": _("No entrarán"),
        "opt_out": _("No contactar"),
        "warned": _("Con avisos"),
    }
    return [(show, words[show], counts[show]) for show in SHOWS]


def _form_words(lead_import: LeadImport) -> list[str]:
    """How the file was read, in words."""
    words = [str(ENCODINGS.get(lead_import.encoding, lead_import.encoding))]
    if lead_import.delimiter:
        sign = DELIMITERS.get(lead_import.delimiter, lead_import.delimiter)
        words.append(_("columnas separadas por %(sign)s") % {"sign": sign})
    words.append(_("con títulos") if lead_import.has_header else _("sin títulos"))
    return words
