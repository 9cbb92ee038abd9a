"""An act on many leads as a page posts it."""

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm import bulk_acts
from crm.bulk import Act
from crm.enums import ActionKind, LostReason, Stage
from crm.forms.selected import SelectedForm
from pipeline import bulk_move

NOBODY = "none"
_KINDS = [(kind.value, kind.label) for kind in (ActionKind.MOVE, ActionKind.ASSIGN, ActionKind.TAG)]


class BulkForm(SelectedForm):
    """Which leads, what to do, and what that asks for. `people` are those the person may give leads to."""

    kind = forms.ChoiceField(choices=_KINDS, widget=forms.HiddenInput)
    stage = forms.ChoiceField(label=_("Etapa"), choices=Stage.choices, required=False, widget=forms.RadioSelect)
    lost_reason = forms.ChoiceField(
        label=_("¿Por qué se perdieron?"),
        choices=[("", "–"), *LostReason.choices],
        required=False,
        help_text=_("Solo para mover a Perdido; vale para todos los marcados."),
    )
    lost_note = forms.CharField(label=_("Cuéntalo en una línea"), required=False, max_length=300)
    to = forms.ChoiceField(label=_("Responsable"), required=False)
    add = forms.CharField(
        label=_("Poner etiquetas"), required=False, max_length=400, help_text=_("Varias, separadas con comas.")
    )
    remove = forms.CharField(label=_("Quitar etiquetas"), required=False, max_length=400)

    asked: ClassVar[dict[str, tuple[str, ...]]] = {
        ActionKind.MOVE: ("stage", "lost_reason", "lost_note"),
        ActionKind.ASSIGN: ("to",),
        ActionKind.TAG: ("add", "remove"),
    }

    def __init__(self, data: QueryDict | None, *, people: list[User], initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.people = {str(person.public_id): person for person in people}
        offers = [(key, str(person)) for key, person in self.people.items()]
        self.fields["to"].choices = [("", "–"), (NOBODY, _("Nadie")), *offers]  # type: ignore[attr-defined]

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields the kind asks for."""
        kind = self.data.get("kind") or self.initial.get("kind")
        return [self[name] for name in self.asked.get(kind or "", ())]

    def clean(self) -> dict[str, Any]:
        """What the kind asks for is there."""
        values = super().clean()
        kind = values.get("kind")
        if kind == ActionKind.MOVE:
            self._clean_move(values)
        elif kind == ActionKind.ASSIGN and not values.get("to") and "to" not in self.errors:
            self.add_error("to", _("Elige a una persona, o a nadie."))
        elif kind == ActionKind.TAG and not self._words("add") and not self._words("remove"):
            self.add_error("add", _("Escribe al menos una etiqueta."))
        return values

    def act(self, count: int) -> Act:
        """What to do to so many leads; only of a valid form."""
        values = self.cleaned_data
        if values["kind"] == ActionKind.ASSIGN:
            return bulk_acts.giving(self.people.get(values["to"]), count)
        if values["kind"] == ActionKind.TAG:
            return bulk_acts.tagging(self._words("add"), self._words("remove"), count)
        to = Stage(values["stage"])
        told = {name: values[name] if to == Stage.PERDIDO else "" for name in ("lost_reason", "lost_note")}
        return bulk_move.moving(to, count, **told)

    def _clean_move(self, values: dict[str, Any]) -> None:
        if not values.get("stage"):
            if "stage" not in self.errors:
                self.add_error("stage", _("Elige la etapa."))
        elif values["stage"] == Stage.PERDIDO and not values.get("lost_reason"):
            if "lost_reason" not in self.errors:
                self.add_error("lost_reason", _("Elige el motivo."))
        elif values.get("lost_reason") == LostReason.OTRO and not values.get("lost_note", "").strip():
            self.add_error("lost_note", _("Con «Otro» hace falta una línea."))

    def _words(self, name: str) -> list[str]:
        return [word.strip() for word in self.cleaned_data.get(name, "").split(",") if word.strip()]
