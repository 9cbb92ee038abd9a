"""When a brokerage writes, and how much."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from crm.enums import ConsentPurpose
from messaging import limits
from messaging.gate.rules import Rule
from messaging.models import ContactLimits

WEEKDAYS = (
    (1, _("lunes")), (2, _("martes")), (3, _("miércoles")), (4, _("jueves")), (5, _("viernes")), (6, _("sábado")),
    (7, _("domingo")),
)  # fmt: skip
_MOST_A_DAY = 1_000_000


def hour(label: Any) -> forms.TimeField:  # noqa: ANN401 -- a lazy text
    """An hour of the day; none is one too."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


def weekdays(none: Any) -> forms.TypedMultipleChoiceField:  # noqa: ANN401 -- a lazy text
    """Days of the week; `none` says what it means to mark none of them."""
    return forms.TypedMultipleChoiceField(
        label=_("Solo estos días"),
        required=False,
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text=none,
    )


def _bounds(rules: Sequence[Rule], name: str) -> str:
    """What the country says: promociones 09:00, servicio 08:00."""
    said = (f"{ConsentPurpose(each.purpose).label.lower()} {time_format(getattr(each, name), 'H:i')}" for each in rules)
    return _("La regla del país: %(bounds)s.") % {"bounds": ", ".join(said)} if rules else ""


class LimitsForm(forms.Form):
    """The brokerage's own hours, days and numbers; all may stay empty."""

    opens = hour(_("No antes de las"))
    closes = hour(_("No después de las"))
    days = weekdays(_("Ninguno marcado: los que permite el país."))
    per_day = forms.IntegerField(
        label=_("Automáticos al día por persona"), required=False, min_value=0, max_value=limits.MOST_A_WEEK
    )
    per_week = forms.IntegerField(
        label=_("Automáticos a la semana por persona"), required=False, min_value=0, max_value=limits.MOST_A_WEEK
    )
    daily_budget = forms.IntegerField(
        label=_("Mensajes al día en total"),
        required=False,
        min_value=0,
        max_value=_MOST_A_DAY,
        help_text=_("Al llegar ahí lo automático espera al día siguiente. Lo que escriben las personas sale igual."),
    )

    @classmethod
    def of(cls, row: ContactLimits, rules: Sequence[Rule], data: Any = None) -> "LimitsForm":  # noqa: ANN401 -- a QueryDict
        """The form of what is stored, with the country's rules beside it."""
        form = cls(data, initial={name: getattr(row, name) for name in cls.base_fields})
        beside = [each for each in rules if not each.channel]
        form.fields["opens"].help_text = _bounds(beside, "opens")
        form.fields["closes"].help_text = _bounds(beside, "closes")
        return form

    def clean(self) -> dict[str, Any]:
        """The end has to come after the beginning."""
        given = super().clean() or {}
        if given.get("opens") and given.get("closes") and given["opens"] >= given["closes"]:
            self.add_error("closes", _("Tiene que ser después de la hora en que empieza."))
        return given

    def wanted(self) -> limits.Wanted:
        """What was typed."""
        return limits.Wanted(**{**self.cleaned_data, "days": tuple(sorted(self.cleaned_data["days"]))})

    def refuse(self, error: limits.Looser | limits.NoHourLeft, country: str) -> None:
        """Say at the field what the country does not allow."""
        if isinstance(error, limits.NoHourLeft):
            said = _("Con este horario no quedaría ninguna hora para mensajes de %(purpose)s.")
            self.add_error(None, said % {"purpose": ConsentPurpose(error.purpose).label.lower()})
            return
        if error.field == "days":
            self.add_error("days", _("%(country)s no permite escribir todos esos días.") % {"country": country})
            return
        said = {
            "opens": _("%(country)s no permite escribir antes de las %(bound)s: aquí solo se puede acortar."),
            "closes": _("%(country)s no permite escribir después de las %(bound)s: aquí solo se puede acortar."),
        }[error.field]
        self.add_error(error.field, said % {"country": country, "bound": time_format(error.bound or "", "H:i")})


class StopForm(forms.Form):
    """Stopping everything is confirmed by ticking a box: nobody does that by accident."""

    sure = forms.BooleanField(label=_("Entiendo que no saldrá ningún mensaje, tampoco los que escribe el equipo."))
