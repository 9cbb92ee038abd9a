"""A row as a lead to be."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from accounts.models import Broker, User
from crm import custom_fields, leads, rules
from crm.custom_values import Definition
from crm.enums import ConsentBasis, DicomStatus, LeadStatus, LostReason, Stage
from crm.financial import Declared
from crm.imports import remarks
from crm.imports.entries import Entry
from crm.imports.owners import Owners
from crm.imports.remarks import Remark, remark
from crm.imports.values import RowReading
from crm.models import LeadImport
from crm.rules import Rules

_LONGEST_PHONE = 80
_LONGEST_LOST_NOTE = 300
_CLOSED = {LeadStatus.CONVERTED: Stage.GANADO, LeadStatus.LOST: Stage.PERDIDO}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every row of an import. `importer` is None when the person has left the brokerage."""

    lead_import: LeadImport
    broker: Broker
    importer: User | None
    assigned_to: User | None = None
    owners: Owners = field(default_factory=lambda: Owners(()))
    own: tuple[Definition, ...] = ()
    rules: Rules = field(default_factory=Rules)

    @classmethod
    def of(cls, lead_import: LeadImport) -> "Terms":
        """The terms a stored import was given: five queries."""
        return cls(
            lead_import,
            lead_import.broker,
            lead_import.by_user,
            lead_import.assigned_to,
            Owners.of(lead_import.broker),
            custom_fields.definitions(),
            rules.in_force(),
        )

    @property
    def basis(self) -> ConsentBasis:
        """Why the people of the file may be contacted."""
        return ConsentBasis(self.lead_import.consent_basis or ConsentBasis.NONE)

    def band(self, reading: RowReading) -> int | None:
        """The income band of what the row declares."""
        return self.rules.band(reading.income)

    def owner(self, reading: RowReading) -> User | None:
        """Who is to work the row's lead: whom the sheet names, else whom the import is for; agents keep theirs."""
        if self.importer is not None and not self.importer.is_admin:
            return self.assigned_to
        return self.owners.named(reading.assigned_to) or self.assigned_to

    def doubts(self, reading: RowReading) -> list[Remark]:
        """What only the brokerage can know to be doubtful about a row."""
        unknown = reading.assigned_to and self.owners.named(reading.assigned_to) is None
        return [remark(remarks.OWNER_UNKNOWN, reading.assigned_to)] if unknown else []


def draft(entry: Entry, terms: Terms, *, now: datetime) -> leads.Draft:
    """The lead a new row becomes."""
    reading = entry.reading
    stage = _stage(reading, Stage(terms.lead_import.stage))
    return leads.Draft(
        fields=fields_of(reading)
        | {
            "country": terms.broker.country,
            "language": terms.broker.language,
            "wants_visit": bool(reading.wants_visit),
        },
        stage=stage,
        created_at=_moment(reading, terms.broker, now),
        assigned_to=terms.owner(reading),
        source_detail=_detail(entry, terms),
        system=_system(reading, stage, now) | {"income_band": terms.band(reading)},
        custom=reading.custom,
    )


def fields_of(reading: RowReading) -> dict[str, Any]:
    """The columns of a lead that a row fills, blanks included."""
    fields: dict[str, Any] = {
        "name": reading.name,
        "phone_raw": phone_text(reading),
        "email": reading.email,
        "source": reading.source,
        "location": reading.location,
        "operation": reading.operation,
        "property_type": reading.property_type,
        "bedrooms": reading.bedrooms,
        "bathrooms": reading.bathrooms,
        "purpose": reading.purpose,
        "referred_by_name": reading.referred_by_name,
    }
    if reading.budget is not None:
        fields |= {
            "budget_amount": reading.budget,
            "budget_min": reading.budget_min,
            "budget_unit": reading.budget_unit,
        }
    return fields


def phone_text(reading: RowReading) -> str:
    """The phones as typed, the lead's own first; in their short form when they are too long to keep."""
    ordered = sorted(reading.phones, key=lambda phone: phone is not reading.phone)
    typed = " / ".join(phone.raw for phone in ordered)
    if len(typed) <= _LONGEST_PHONE:
        return typed
    short = [phone.e164 for phone in ordered if phone.e164]
    while len(" / ".join(short)) > _LONGEST_PHONE:
        short.pop()
    return " / ".join(short) or typed[:_LONGEST_PHONE]


def declared(reading: RowReading) -> Declared:
    """What the row says about the person's money."""
    return Declared(reading.income, DicomStatus(reading.dicom), reading.debt)


def _stage(reading: RowReading, given: Stage) -> Stage:
    if reading.stage:
        return Stage(reading.stage)
    return _CLOSED.get(LeadStatus(reading.status), given) if reading.status else given


def _system(reading: RowReading, stage: Stage, now: datetime) -> dict[str, Any]:
    """Columns that go with the stage and the facts: a closed lead's status, the opt-out."""
    system: dict[str, Any] = {}
    if reading.status and LeadStatus(reading.status) not in _CLOSED:
        system["status"] = reading.status
    if stage == Stage.GANADO:
        system["status"] = LeadStatus.CONVERTED
    if stage == Stage.PERDIDO:
        note = reading.note[:_LONGEST_LOST_NOTE]
        system |= {"status": LeadStatus.LOST, "lost_reason": LostReason.OTRO, "lost_note": note}
    if reading.opt_out:
        system["opted_out_at"] = now
    return system


def _moment(reading: RowReading, broker: Broker, now: datetime) -> datetime | None:
    """Noon of the sheet's date where the brokerage is, so that it is the same day in every zone it works in."""
    if reading.entered_at is None:
        return None
    return min(datetime.combine(reading.entered_at, time(12), tzinfo=broker.zone), now)


def _detail(entry: Entry, terms: Terms) -> dict[str, Any]:
    said = {"wants_visit": entry.reading.wants_visit, "preapproved": entry.reading.preapproved}
    origin = {"import": str(terms.lead_import.public_id), "row": entry.number}
    return origin | {name: True for name, holds in said.items() if holds}
