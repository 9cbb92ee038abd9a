"""What a move says, and what the board is filtered by."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Currency
from core.money import LARGEST
from core.money_words import amounts
from core.text import fold
from crm.enums import LostReason, Stage
from pipeline.board import Move


class MoveForm(forms.Form):
    """A move as a page posts it: where to, beside which card, from which version, and the answers to what it asks."""

    stage = forms.ChoiceField(choices=Stage.choices, widget=forms.HiddenInput)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    shown = forms.ChoiceField(choices=Stage.choices, required=False, widget=forms.HiddenInput)
    force = forms.BooleanField(required=False, widget=forms.HiddenInput)
    lost_reason = forms.ChoiceField(
        label=_("¿Por qué se perdió?"), choices=LostReason.choices, required=False, widget=forms.RadioSelect
    )
    lost_note = forms.CharField(
        label=_("Cuéntalo en una línea"),
        required=False,
        max_length=300,
        help_text=_("Con «Otro» es necesario; con los demás ayuda a quien lo retome."),
    )
    closing_price = forms.CharField(
        label=_("Precio de cierre"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Puedes dejarlo vacío y completarlo después."),
    )
    closing_unit = forms.ChoiceField(label=_("Unidad"), choices=Currency.choices, required=False)
    reason = forms.CharField(
        label=_("Motivo"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )

    asked: ClassVar[dict[str, tuple[str, ...]]] = {
        "lost": ("lost_reason", "lost_note"),
        "won": ("closing_price", "closing_unit"),
        "force": ("reason",),
    }
    carried: ClassVar[tuple[str, ...]] = ("stage", "before", "after", "version", "shown", "force")

    @property
    def to(self) -> Stage:
        """The stage wished for; only of a valid form."""
        return Stage(self.cleaned_data["stage"])

    @property
    def says_price(self) -> bool:
        """Whether the closing price was asked already, whatever the answer."""
        return "closing_price" in self.data

    def asked_for(self, name: str) -> bool:
        """Whether the dialog that asks for a field was answered: radios that nobody chose are not in the answer."""
        return any(other in self.data for group in self.asked.values() if name in group for other in group)

    def clean_closing_price(self) -> Decimal | None:
        """The price as people write it: "5.250,5", "120 millones". None when left empty."""
        text = self.cleaned_data["closing_price"]
        if not text:
            return None
        found = amounts(fold(text))
        if text.startswith("-") or len(found) != 1 or not 0 < found[0].scaled < LARGEST:
            raise forms.ValidationError(_("Escribe un solo monto, por ejemplo 5.250,5."))
        return found[0].scaled.quantize(Decimal("0.01"))

    def clean(self) -> dict[str, Any]:
        """A price needs its unit."""
        values = super().clean() or self.cleaned_data
        if values.get("closing_price") is not None and not values.get("closing_unit"):
            self.add_error("closing_unit", _("Elige la unidad del precio."))
        return values

    def wish(self) -> Move:
        """The move it asks for; only of a valid form."""
        values = self.cleaned_data
        return Move(
            self.to,
            before=values["before"],
            after=values["after"],
            version=values["version"],
            reason=values["reason"],
            lost_reason=LostReason(values["lost_reason"]) if values["lost_reason"] else None,
            lost_note=values["lost_note"],
            closing_price=values["closing_price"],
            closing_unit=values["closing_unit"],
            force=values["force"],
        )
