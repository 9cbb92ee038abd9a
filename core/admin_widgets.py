"""Django admin's widgets and formsets, made readable for everybody."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AdminSplitDateTime
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # generic for the type checker only
    _FormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _FormSet = BaseInlineFormSet


class Moment(AdminSplitDateTime):
    """Django admin's date and time, each with a name a screen reader can say."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:  # noqa: ANN401 -- Django's signature
        """Name the two fields."""
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], (_("Fecha"), _("Hora")), strict=True):
            part["attrs"]["aria-label"] = label
        return context


class NamedFormSet(_FormSet):
    """Rows of a table whose fields carry their column's name: the head of the table is not tied to them."""

    def add_fields(self, form: Any, index: int | None) -> None:  # noqa: ANN401 -- a form of any model
        """Name the fields, the one that removes the row too."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", _("Quitar") if name == "DELETE" else field.label)
