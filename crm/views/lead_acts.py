"""What one does with a lead: note, assign, tag, take a consent back."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.http import BrokerRequest
from accounts.models import User
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import consent, lead_pages, leads, notes
from crm.enums import ConsentState
from crm.forms.acts import ConsentForm, NoteForm
from crm.models import Lead, Tag

_UNPROCESSABLE = 422
_MOST_TAGS = 200


@require_POST
def lead_note(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Add a note to the stream."""
    lead = lead_pages.get(request, public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render(request, "crm/composer.html", _composer(request, lead, form), status=_UNPROCESSABLE)
    written = notes.write(lead, form.cleaned_data["body"], by=Actor.of(request.user), now=timezone.now())
    if not wants_fragment(request):
        return redirect("crm:lead", lead.public_id)
    unseen = ", ".join(str(person) for person in written.unseen)
    context = _composer(request, lead, NoteForm()) | {"written": True, "unseen": unseen}
    response = render(request, "crm/composer.html", context)
    return trigger_client_event(response, "lead:told")


@require_http_methods(["GET", "HEAD", "POST"])
def lead_assign(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The menu of people, and giving the lead to one of them or to nobody (`to`: a public id or "")."""
    lead = lead_pages.get(request, public_id)
    people = lead_pages.people(request)
    if request.method != "POST":
        return render(request, "crm/assign_menu.html", {"lead": lead, "people": people})
    wanted = request.POST.get("to", request.GET.get("to", ""))
    to = next((person for person in people if str(person.public_id) == wanted), None)
    if wanted and to is None:
        _refuse(request, wanted)
    before = lead.assigned_to
    changed = leads.assign(Lead.objects.filter(pk=lead.pk), to=to, by=Actor.of(request.user), now=timezone.now())
    if not wants_fragment(request):
        return redirect("crm:lead", lead.public_id)
    lead.assigned_to = to
    response = render(request, "crm/owner.html", {"lead": lead})
    text = _("Ahora lo atiende %(name)s.") % {"name": to} if to else _("Quedó sin responsable.")
    toast(response, text, undo_url=_undo(request, lead, before) if changed else "")
    return trigger_client_event(response, "lead:changed")


@require_http_methods(["GET", "HEAD", "POST"])
def lead_tags(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The tags of a lead; a POST adds one by its name (`add`) or takes one off by its public id (`remove`)."""
    lead = lead_pages.get(request, public_id)
    if request.method == "POST":
        leads.lock(lead.pk)  # what somebody else adds meanwhile stays on
        worn = lead_pages.tags(lead)
        names = [tag.name for tag in worn if str(tag.public_id) != request.POST.get("remove", "")]
        added = request.POST.get("add", "").replace("\x00", "").split(",")
        leads.set_tags(lead, [*names, *added], by=Actor.of(request.user), now=timezone.now())
        if not wants_fragment(request):
            return redirect("crm:lead", lead.public_id)
    known = Tag.objects.order_by("name").values_list("name", flat=True)[:_MOST_TAGS]
    context = {"lead": lead, "tags": lead_pages.tags(lead), "known": known, "editing": True}
    response = render(request, "crm/tags.html", context)
    return trigger_client_event(response, "lead:told") if request.method == "POST" else response


@require_http_methods(["GET", "HEAD", "POST"])
def lead_consent(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Write into the ledger that the person wants no more messages, or does again."""
    lead = lead_pages.get(request, public_id)
    state = ConsentState.REVOKED if lead.opted_out_at is None else ConsentState.GRANTED
    form = ConsentForm(
        request.POST if request.method == "POST" else None, initial={"state": request.GET.get("state", state)}
    )
    if request.method != "POST" or not form.is_valid():
        context = {"lead": lead, "form": form, "action": reverse("crm:lead-consent", args=[lead.public_id])}
        context["revoking"] = (form["state"].value() or state) == ConsentState.REVOKED
        template = "crm/consent_dialog.html" if wants_fragment(request) else "crm/consent_page.html"
        return render(request, template, context, status=_UNPROCESSABLE if request.method == "POST" else 200)
    _record(request, lead, form)
    url = reverse("crm:lead", args=[lead.public_id])
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


def _record(request: BrokerRequest, lead: Lead, form: ConsentForm) -> None:
    by, now, state = Actor.of(request.user), timezone.now(), ConsentState(form.cleaned_data["state"])
    consent.record(lead, state, form.ground(), by=by, at=now, purposes=form.purposes, channel=form.where)


def _refuse(request: BrokerRequest, wanted: str) -> None:
    """A colleague exists and may not be given leads by an agent (403); a stranger does not exist (404)."""
    try:
        colleague = User.objects.of(request.broker).filter(public_id=UUID(wanted), is_active=True).exists()
    except ValueError:
        colleague = False
    if colleague:
        raise PermissionDenied
    raise Http404


def _undo(request: BrokerRequest, lead: Lead, before: User | None) -> str:
    if not request.user.is_admin and before is not None and before.pk != request.user.pk:
        return ""
    return f"{reverse('crm:lead-assign', args=[lead.public_id])}?to={before.public_id if before else ''}"


def _composer(request: BrokerRequest, lead: Lead, form: NoteForm) -> dict[str, object]:
    return {"lead": lead, "note": form, "mentionable": notes.offered(lead, request.user)}
