"""The rules as a form: a field for each number, its path for a name."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.enums import Stage
from crm.rules import Bad, Rules
from crm.rules.numbers import Number

_SECTIONS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (
        "criteria",
        _("Quién califica"),
        _("Sobre lo que la persona declara, en la moneda de la corredora. Sin datos, nadie queda afuera."),
    ),
    (
        "advance",
        _("Avance automático"),
        _("Cuándo un lead pasa solo a la etapa siguiente, y cuándo se considera abandonado."),
    ),
    ("warmth", _("Frío, tibio, caliente"), _("Desde qué puntaje cambia el estado.")),
    ("profile", _("Puntos por lo que se sabe"), _("Se suman hasta el tope y se multiplican por la etapa.")),
    ("behavior", _("Puntos por lo que quiere"), _("Se suman hasta el tope y se multiplican por la etapa.")),
    ("engagement", _("Puntos por los contactos"), _("Pierden fuerza con los días; también los multiplica la etapa.")),
    ("financial", _("Puntos por el ingreso"), _("Lo que declara de sus deudas nunca es parte del puntaje.")),
    ("penalties", _("Puntos que se restan"), _("Se descuentan del total.")),
)


class Section(NamedTuple):
    """A part of the page."""

    name: str
    title: str | Promise
    help: str | Promise
    fields: list[BoundField]


class StageRow(NamedTuple):
    """The numbers of one stage."""

    stage: Stage
    fields: list[BoundField]


class RulesForm(forms.Form):
    """Asks for every number; `rules` are the ones typed, once the form is valid."""

    def __init__(self, base: Rules, data: Mapping[str, Any] | None = None) -> None:
        """`base` are the rules in force, which the form begins with."""
        super().__init__(data)
        self.base = self.rules = base
        for leaf in base.leaves():
            self.fields[leaf.path] = _field(leaf.number, leaf.value)
        self.fields["note"] = forms.CharField(
            label=_("Por qué cambia"),
            max_length=300,
            required=False,
            help_text=_("Queda en la historia de las reglas."),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=base.version, min_value=0)

    def clean(self) -> dict[str, Any]:
        """Numbers that contradict each other are told beside the second one."""
        values = super().clean() or self.cleaned_data
        document = {leaf.path: values[leaf.path] for leaf in self.base.leaves() if leaf.path in values}
        if not self.errors:
            try:
                self.rules = self.base.changed(document, version=values["version"])
            except Bad as bad:
                for path, error in bad.errors.items():
                    self.add_error(path, error)
        return values

    def sections(self) -> Iterator[Section]:
        """The parts of the page but the stages."""
        for name, title, text in _SECTIONS:
            yield Section(name, title, text, [self[path] for path in self.fields if path.startswith(f"{name}.")])

    def stage_rows(self) -> Iterator[StageRow]:
        """The table of the stages."""
        for stage in Stage:
            start = f"stages.{stage.value}."
            yield StageRow(stage, [self[path] for path in self.fields if path.startswith(start)])

    def stage_heads(self) -> list[str]:
        """What the columns of that table are called."""
        return [str(field.label) for field in next(self.stage_rows()).fields]


def _field(number: Number, value: object) -> forms.Field:
    label = f"{number.label} ({number.unit})" if number.unit else str(number.label)
    if number.is_switch:
        return forms.BooleanField(label=label, required=False, initial=value)
    if isinstance(value, Decimal):
        return forms.DecimalField(
            label=label,
            min_value=number.least,
            max_value=number.most,
            decimal_places=number.places,
            max_digits=16,
            localize=True,
            initial=Decimal(f"{value.normalize():f}"),
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )
    return forms.IntegerField(
        label=label,
        min_value=int(number.least),
        max_value=int(number.most),
        required=not number.is_optional,
        initial=value,
    )
