"""A step's form with those of its conditions: as it is stored, as it was typed, or to be checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns import conditions, step_rules
from campaigns.forms import conditions as asked
from campaigns.forms import step as step_form
from campaigns.forms.conditions import ConditionForm
from campaigns.forms.step import StepForm
from campaigns.forms.telling import tell
from campaigns.models import Campaign, Step
from crm.models import Tag


@dataclass(frozen=True, slots=True)
class Offers:
    """What a step of this campaign may name: people, tags, and the steps before it."""

    campaign: Campaign
    people: Sequence[User]
    tags: Sequence[Tag]
    before: Sequence[Step]

    @property
    def _of_step(self) -> dict[str, Any]:
        return {"campaign": self.campaign, "people": self.people}

    @property
    def _of_conditions(self) -> dict[str, Any]:
        return {"tags": self.tags, "before": self.before}

    def stored(self, step: Step | None) -> "Editor":
        """A step as it stands; a new one for None."""
        form = StepForm(initial=step_form.stands(step) if step else {}, **self._of_step)
        return Editor(form, asked.stored(step, **self._of_conditions))

    def typed(self, data: QueryDict) -> "Editor":
        """What is written so far, not judged: another action, one more condition, one less (`drop`)."""
        form = StepForm(initial=step_form.typed(data), **self._of_step)
        return Editor(form, asked.typed(data, without=data.get("drop", ""), bound=False, **self._of_conditions))

    def sent(self, data: QueryDict) -> "Editor":
        """What is to be checked."""
        return Editor(StepForm(data, **self._of_step), asked.typed(data, **self._of_conditions))

    def another(self, editor: "Editor") -> list[ConditionForm]:
        """The conditions of an editor that was refused, and an empty one to add another."""
        number = max((int(each.number) for each in editor.conditions), default=-1) + 1
        if len(editor.conditions) >= conditions.MOST:
            return editor.conditions
        return [
            *editor.conditions,
            ConditionForm(initial={}, prefix=f"{asked.PREFIX}{number}", kind="", **self._of_conditions),
        ]


@dataclass(frozen=True, slots=True)
class Editor:
    """The form of a step and those of its conditions."""

    form: StepForm
    conditions: list[ConditionForm]

    def is_valid(self) -> bool:
        """Whether everything can be; the forms say what cannot."""
        parts = [each.is_valid() for each in self.conditions]
        if not all(parts):
            self.form.add_error(None, _("Revisa las condiciones."))
        return self.form.is_valid()

    def wanted(self) -> step_rules.Wanted:
        """What is asked for."""
        return self.form.wanted([found for each in self.conditions if (found := each.stored())])

    def refuse(self, error: ValidationError) -> None:
        """Say what the domain found wrong."""
        tell(self.form, error)
