"""The typed result of reading a row."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import Unit
from core.phones import ParsedPhone, ParsedPhones
from crm.imports.remarks import Remark


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row does not say itself: the broker's country (ISO), its money, and the day of the import in its zone."""

    today: date
    country: str = "CL"
    unit: Unit = Unit.CLP


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row, read. "" and None mean the row did not say.

    `budget` is the upper end of a range, `budget_min` the lower; `income` and `debt` are in the broker's money. `note`
    is the whole comment. `warnings` are doubts about a row that comes in; `rejection` is why a row stays outside, else
    None.
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
