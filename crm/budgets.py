"""Form fields for money as people type it: "5.200 UF", "180 millones", "entre 4.000 y 5.000 UF"."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.money import BudgetReading, format_money, parse_budget, parse_income


class BudgetField(forms.CharField):
    """A budget in words and figures; cleans to a reading with an amount, or None when nothing is said."""

    def __init__(self, *, unit: str, **options: Any) -> None:  # noqa: ANN401 -- Django's options
        """`unit` is how unmarked figures are read: the brokerage's currency."""
        super().__init__(**{"max_length": 120, "required": False, **options})
        self.unit = unit

    def clean(self, value: Any) -> BudgetReading | None:  # noqa: ANN401 -- Django's signature
        """The reading; a ValidationError when the words hold no amount."""
        text: str = super().clean(value)
        reading = parse_budget(text, self.unit)
        if text and (reading is None or reading.amount_max is None):
            raise forms.ValidationError(_("No se entiende el monto. Escríbelo como «5.200 UF» o «180 millones»."))
        return reading


class IncomeField(forms.CharField):
    """A monthly income or a debt in the brokerage's currency; cleans to a decimal or None."""

    def __init__(self, *, unit: str, **options: Any) -> None:  # noqa: ANN401 -- Django's options
        """`unit` is the brokerage's currency."""
        super().__init__(**{"max_length": 60, "required": False, **options})
        self.unit = unit

    def clean(self, value: Any) -> Decimal | None:  # noqa: ANN401 -- Django's signature
        """The amount; "0" is an amount here."""
        text: str = super().clean(value)
        if not text:
            return None
        if not text.strip("0 .,$"):
            return Decimal(0)
        reading = parse_income(text, self.unit)
        if reading is None or reading.amount_max is None:
            raise forms.ValidationError(_("No se entiende el monto. Escríbelo como «1.200.000» o «1,2 millones»."))
        if reading.unit != self.unit:
            raise forms.ValidationError(_("Escríbelo en %(unit)s.") % {"unit": self.unit})
        return reading.amount_max


def budget_text(low: Decimal | None, high: Decimal | None, unit: str, locale: str) -> str:
    """A budget as it may be typed again: "UF 4.000,00 – UF 5.000,00"."""
    if high is None:
        return ""
    shown = format_money(high, unit, locale)
    return f"{format_money(low, unit, locale)} – {shown}" if low is not None else shown
