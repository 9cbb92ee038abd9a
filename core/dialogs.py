"""A form that opens in a dialog, and on a page of its own where there is no script."""

from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.htmx import wants_fragment


@dataclass(frozen=True, slots=True)
class FormPage:
    """Template of the fields, title, button, where it posts and where it leads back to."""

    fields: str
    heading: str
    submit: str
    action: str
    back: str
    danger: bool = False

    def render(self, request: HttpRequest, form: Form, *, status: int = 200, **context: Any) -> HttpResponse:  # noqa: ANN401
        """The dialog for HTMX, else the page."""
        template = "components/form_dialog.html" if wants_fragment(request) else "components/form_page.html"
        shown = {"page": self, "form": form, "action": self.action, **context}
        return render(request, template, shown, status=status)
