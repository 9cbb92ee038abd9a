"""The typed result of reading a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.money import Unit
from core.phones import ParsedPhone, ParsedPhones
from crm.custom_values import Definition, Value
from crm.imports.remarks import Remark


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row does not say itself: the broker's country (ISO), its money, the day in its zone, its own fields."""

    today: date
    country: str = "CL"
    unit: Unit = Unit.CLP
    own: tuple[Definition, ...] = ()


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row, read. "" and None mean the row did not say.

    `budget` is the upper end of a range, `budget_min` the lower; `income` and `debt` are in the broker's money. `note`
    is the whole comment, `custom` values of the brokerage's own fields by key. `warnings` are doubts about a row that
    comes in; `rejection` is why a row stays outside, else None.
    """

    name: str = ""
    phones: tuple[ParsedPhone, ...] = ()
    email: str = ""
    location: str = ""
    budget: Decimal | None = None
    budget_min: Decimal | None = None
    budget_unit: str = ""
    property_type: str = ""
    bedrooms: int | None = None
    bathrooms: int | None = None
    source: str = ""
    entered_at: date | None = None
    operation: str = ""
    purpose: str = ""
    stage: str = ""
    status: str = ""
    assigned_to: str = ""
    tags: tuple[str, ...] = ()
    opt_out: bool = False
    opt_out_phrase: str = ""
    dicom: str = "unknown"
    debt: Decimal | None = None
    preapproved: bool = False
    referred_by_name: str = ""
    income: Decimal | None = None
    wants_visit: bool = False
    note: str = ""
    custom: Mapping[str, Value] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()
    rejection: Remark | None = None

    @property
    def phone(self) -> ParsedPhone | None:
        """The number to store as the lead's own: the first that can be dialled, else the first typed."""
        return ParsedPhones(self.phones).primary

    @property
    def is_reachable(self) -> bool:
        """Whether there is a phone or an address to write to."""
        return bool(self.email or any(number.e164 for number in self.phones))
