"""What is done to a template as a whole: put away, brought back, copied, deleted; and the texts to begin with."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from templates_app import library, starters
from templates_app.models import Template


@require_POST
@admin_only
def template_archive(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Put a template away."""
    template = get_object_or_404(Template, public_id=public_id)
    library.archive(template, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("«%(name)s» quedó archivada.") % {"name": template.name})
    return redirect("templates:list")


@require_POST
@admin_only
def template_restore(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Bring one back."""
    template = get_object_or_404(Template, public_id=public_id)
    try:
        library.restore(template, by=Actor.of(request.user), now=timezone.now())
    except library.Taken:
        messages.error(request, _("Ya hay otra con ese nombre: cámbiaselo primero."))
    else:
        messages.success(request, _("«%(name)s» está en uso otra vez.") % {"name": template.name})
    return redirect("templates:edit", public_id)


@require_POST
@admin_only
def template_duplicate(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A copy to change."""
    template = get_object_or_404(Template, public_id=public_id)
    copy = library.duplicate(template, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("Esta es la copia: cámbiala como quieras."))
    return redirect("templates:edit", copy.public_id)


@require_POST
@admin_only
def template_delete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Delete what was never used."""
    template = get_object_or_404(Template, public_id=public_id)
    try:
        library.remove(template, by=Actor.of(request.user))
    except library.InUse:
        messages.error(
            request, _("La usa una campaña, o ya se envió algo con ella: se puede archivar, pero no eliminar.")
        )
        return redirect("templates:edit", public_id)
    messages.success(request, _("Plantilla eliminada."))
    return redirect("templates:list")


@require_POST
@admin_only
def template_starters(request: BrokerRequest) -> HttpResponse:
    """The texts to begin with."""
    made = starters.install(by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("Se agregaron %(n)s plantillas. Ajústalas a tu forma de hablar.") % {"n": made})
    return redirect("templates:list")
