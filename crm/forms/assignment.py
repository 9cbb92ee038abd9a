"""How new leads are given away, and one's own pause."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.enums import AssignmentMode
from crm.models import AgentQueue, AssignmentPolicy
from crm.next_steps import BETWEEN

_MOST = 100_000


class PolicyForm(forms.Form):
    """The brokerage's policy."""

    mode = forms.ChoiceField(label=_("Cómo se reparten"), choices=AssignmentMode.choices, widget=forms.RadioSelect)
    from_forms = forms.BooleanField(label=_("Los que llegan por un formulario o nos escriben"), required=False)
    from_api = forms.BooleanField(label=_("Los que llegan por la API"), required=False)
    from_imports = forms.BooleanField(label=_("Los que vienen de una planilla"), required=False)

    @classmethod
    def of(cls, rule: AssignmentPolicy, data: Any = None) -> "PolicyForm":  # noqa: ANN401 -- a QueryDict or nothing
        """The form of a stored policy."""
        return cls(data, initial={name: getattr(rule, name) for name in cls.base_fields})


class PauseForm(forms.Form):
    """A pause: until a moment, or until one says so."""

    until = forms.DateTimeField(
        label=_("Hasta"),
        required=False,
        validators=BETWEEN,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Vacío: hasta que vuelvas a activarte."),
    )


class SeatForm(PauseForm):
    """One person's place in the round."""

    in_rotation = forms.BooleanField(label=_("Recibe leads"), required=False)
    paused = forms.BooleanField(label=_("En pausa"), required=False)
    capacity = forms.IntegerField(label=_("Tope"), required=False, min_value=1, max_value=_MOST)

    @classmethod
    def of(cls, queue: AgentQueue, data: Any = None) -> "SeatForm":  # noqa: ANN401 -- a QueryDict or nothing
        """The form of a person's place; its fields begin with the person's public id."""
        until = timezone.localtime(queue.paused_until) if queue.paused_until else None
        stored = {"in_rotation": queue.in_rotation, "paused": queue.is_paused, "until": until}
        return cls(data, prefix=str(queue.user.public_id), initial=stored | {"capacity": queue.capacity})

    def values(self) -> dict[str, Any]:
        """What is to be stored of the place."""
        given = self.cleaned_data
        return {
            "in_rotation": given["in_rotation"],
            "paused": given["paused"],
            "paused_until": given["until"] if given["paused"] else None,
            "capacity": given["capacity"],
        }
