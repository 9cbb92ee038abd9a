"""What every view of the campaigns' API asks for: what an address names, and how a refusal is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api_authentication import person
from campaigns import reach_words
from campaigns.applying import Refused
from campaigns.drafting import NotADraft
from campaigns.models import Campaign, Step
from campaigns.running import NotNow, NotReady
from core.api.problems import Problem
from crm.models import Lead


def one(public_id: UUID) -> Campaign:
    """The campaign an address names; 404 where there is none."""
    found: Campaign | None = Campaign.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def step_of(public_id: UUID, step_id: UUID) -> Step:
    """A step in use of the campaign an address names."""
    rows = Step.objects.filter(campaign__public_id=public_id, public_id=step_id, number__isnull=False)
    found: Step | None = rows.select_related("campaign", "template", "assign_to", "tag").first()
    if found is None:
        raise Http404
    return found


def lead_of(request: Request, lead_id: UUID) -> Lead:
    """A lead the caller may see."""
    found: Lead | None = Lead.objects.visible_to(person(request)).filter(public_id=lead_id).first()
    if found is None:
        raise Http404
    return found


@contextmanager
def refusals() -> Iterator[None]:
    """Say what the domain refuses as the API does."""
    try:
        yield
    except ValidationError as error:
        raise _invalid(error) from error
    except Step.DoesNotExist as error:
        raise Http404 from error
    except NotReady as error:
        problems = [{"code": each.code, "text": each.text, "step": each.step} for each in error.problems]
        detail = _("Todavía no puede activarse.")
        raise _conflict("campaign-not-ready", detail, problems=problems) from error
    except NotNow as error:
        detail = _("No se puede: la campaña está en «%(status)s».") % {"status": error.status.label}
        raise _conflict("wrong-status", detail, current_status=error.status.value) from error
    except NotADraft as error:
        detail = _("Solo se elimina un borrador: lo que ya corrió se archiva.")
        raise _conflict("not-a-draft", detail) from error
    except Refused as error:
        raise _conflict("not-enrolled", f"{reach_words.line(error.code)}.", reason=error.code) from error


def _invalid(error: ValidationError) -> Exception:
    """A field that is wrong is a 400; a campaign that takes no change now a 409."""
    if hasattr(error, "error_dict"):
        return serializers.ValidationError(error.message_dict)
    return _conflict("campaign-refuses", " ".join(error.messages))


def _conflict(kind: str, detail: str, **facts: Any) -> Problem:  # noqa: ANN401 -- JSON
    return Problem(HTTPStatus.CONFLICT, kind, detail, facts=facts)
