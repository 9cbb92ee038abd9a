"""Everything a batch writes, piled up and stored kind by kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Max

from core import events, phones
from core.actors import Actor
from crm import custom_values, financial, tags, timeline
from crm.enums import ConsentBasis, RowOutcome, TimelineKind
from crm.events import FactsChanged
from crm.financial import Declared
from crm.imports import ledger, standing
from crm.imports.drafts import Terms, declared
from crm.imports.entries import Entry
from crm.imports.known import Person
from crm.imports.merging import Known, Merge
from crm.imports.placing import Placed
from crm.imports.remarks import OPT_OUT
from crm.models import Consent, FinancialProfile, ImportRow, Lead, LeadPhone, LeadTag, Tag, TimelineEntry


class Gone(Exception):
    """A lead that was found a moment ago is no longer there."""


class Pile:
    """The rows to be written for one batch, and what is known of the leads they are about."""

    def __init__(self, terms: Terms, by: Actor, now: datetime) -> None:
        self.terms, self.by, self.now = terms, by, now
        self.known: dict[int, Known] = {}
        self._consents: defaultdict[int, list[Consent]] = defaultdict(list)  # by row, so that the row can name them
        self._told: defaultdict[int, list[TimelineEntry]] = defaultdict(list)
        self._phones: list[LeadPhone] = []
        self._worn: list[LeadTag] = []
        self._declared: dict[int, tuple[Lead, Declared]] = {}
        self._changed: dict[int, Lead] = {}
        self._columns: set[str] = set()
        self._rows: list[ImportRow] = []
        self._tags: dict[str, Tag] = {}
        self._made_tags: list[int] = []

    def name_tags(self, placed: Iterable[Placed]) -> None:
        """Find or make the tags that the batch's rows name."""
        names = list(dict.fromkeys(name for one in placed for name in one.entry.reading.tags))
        if not names:
            return
        newest = Tag.objects.aggregate(newest=Max("id"))["newest"] or 0
        self._tags = dict(zip(names, tags.named(names), strict=True))
        self._made_tags = sorted({tag.pk for tag in self._tags.values() if tag.pk > newest})

    def hold(self, placed: Sequence[Placed]) -> dict[Person, Lead]:
        """Lock the stored leads that rows are merged into, and learn what stands beside them; raises Gone."""
        people = {one.person.lead_id: one.person for one in placed if one.person and one.person.lead_id}
        held = {
            lead.pk: lead for lead in Lead.objects.select_for_update(of=("self",)).filter(pk__in=people).order_by("pk")
        }
        if held.keys() != people.keys():
            raise Gone
        notes = {one.entry.reading.note for one in placed if one.outcome == RowOutcome.MERGED} - {""}
        self.known |= standing.known(held.keys(), notes)
        return {person: held[pk] for pk, person in people.items()}

    def new_tags(self, entry: Entry, known: Known) -> list[int]:
        """Ids of the row's tags that the lead does not wear yet."""
        new = [self._tags[name].pk for name in entry.reading.tags if self._tags[name].pk not in known.tags]
        known.tags.update(new)
        return list(dict.fromkeys(new))

    def welcome(self, one: Placed, lead: Lead) -> None:
        """What a new lead comes with: consent, note, money, tags."""
        entry, reading = one.entry, one.entry.reading
        said = declared(reading)
        known = Known({each for number in entry.numbers for each in phones.variants(number)}, has_consent=True)
        known.has_profile = said != financial.NOTHING
        self.known[lead.pk] = known
        self._consents[entry.number].append(ledger.granted(lead, entry, self.terms, by=self.by, at=self.now))
        if reading.opt_out:
            self._revoke(lead, entry)
        if reading.note:
            known.notes.add(reading.note)
            self._note(lead, entry)
        if known.has_profile:
            self._declared[lead.pk] = (lead, said)
        worn = self.new_tags(entry, known)
        self._wear(lead, worn)
        self._row(one, lead, {"tags": worn} if worn else {})

    def merge(self, one: Placed, lead: Lead, merge: Merge) -> None:
        """What a row adds to a lead that was there before it."""
        entry, known = one.entry, self.known[lead.pk]
        consents = not (known.has_consent or lead.opted_out_at or self.terms.basis == ConsentBasis.NONE)
        if consents:
            known.has_consent = True
            self._consents[entry.number].append(ledger.granted(lead, entry, self.terms, by=self.by, at=self.now))
        if merge.opts_out:
            known.has_consent = True
            self._revoke(lead, entry)
        if merge.note:
            self._note(lead, entry)
        if merge.declared is not None:
            self._declared[lead.pk] = (lead, merge.declared)
        self._phones.extend(merge.phones)
        self._wear(lead, merge.tags)
        if merge.touches_lead:
            lead.version += 1
            lead.updated_at = self.now
            self._changed[lead.pk] = lead
            self._columns |= {custom_values.column(name) for name in merge.fields}
        changed = consents or not merge.is_empty
        if changed:
            told = ledger.proof(entry, self.terms) | {"changes": merge.fields}
            body = self.terms.lead_import.file_name
            line = timeline.entry(lead, TimelineKind.IMPORT, by=self.by, at=self.now, body=body, data=told)
            self._told[entry.number].append(line)
        self._row(one, lead, _undo(merge) if changed else {})

    def reject(self, one: Placed) -> None:
        """Keep a row that stays outside, with its cells and the reason."""
        self._row(one, None, {})

    def write(self) -> None:
        """Store it all; one statement a kind."""
        if self._changed:
            Lead.objects.bulk_update(self._changed.values(), [*sorted(self._columns), "version", "updated_at"])
        LeadPhone.objects.bulk_create(self._phones)
        LeadTag.objects.bulk_create(self._worn)
        Consent.objects.bulk_create(each for made in self._consents.values() for each in made)
        profiles = FinancialProfile.objects.bulk_create(
            FinancialProfile(lead=lead, sealed=financial.sealed(pk, said))
            for pk, (lead, said) in self._declared.items()
        )
        timeline.record_all(each for made in self._told.values() for each in made)
        moments = {profile.lead_id: profile.updated_at.isoformat() for profile in profiles}
        for row in self._rows:
            _name_entries(row, self._told[row.number], self._consents[row.number])
            if row.lead_id in moments and row.changes.get("financial"):
                row.changes["financial"] = moments[row.lead_id]
        ImportRow.objects.bulk_create(self._rows)
        self._publish()

    def _publish(self) -> None:
        """Say what is known anew; quietly, for a file moves nobody on."""
        for lead_ids, profile in ((self._changed.keys() - self._declared.keys(), False), (self._declared, True)):
            if lead_ids:
                events.publish(FactsChanged(sorted(lead_ids), self.by, self.now, profile=profile, quietly=True))

    def _note(self, lead: Lead, entry: Entry) -> None:
        data = ledger.proof(entry, self.terms)
        note = timeline.entry(lead, TimelineKind.NOTE, by=self.by, at=self.now, body=entry.reading.note, data=data)
        self._told[entry.number].append(note)

    def _revoke(self, lead: Lead, entry: Entry) -> None:
        revocation, told = ledger.revoked(lead, entry, self.terms, by=self.by, at=self.now)
        self._consents[entry.number].append(revocation)
        self._told[entry.number].append(told)

    def _wear(self, lead: Lead, tag_ids: Iterable[int]) -> None:
        self._worn.extend(LeadTag(lead=lead, tag_id=tag_id) for tag_id in tag_ids)

    def _row(self, one: Placed, lead: Lead | None, changes: dict[str, object]) -> None:
        if self._made_tags:
            changes = changes | {"made_tags": self._made_tags}
            self._made_tags = []
        reading = one.entry.reading
        if reading.opt_out:
            changes = changes | {"opt_out": reading.opt_out_phrase}
        doubts = [doubt for doubt in (*reading.warnings, *self.terms.doubts(reading)) if doubt.code != OPT_OUT]
        self._rows.append(
            ImportRow(
                lead_import=self.terms.lead_import,
                number=one.entry.number,
                cells=one.entry.cells if one.rejection else [],
                outcome=one.outcome,
                reason=f"{one.rejection.code}: {one.rejection.raw}" if one.rejection else "",
                warnings=[list(doubt) for doubt in doubts],
                lead=lead,
                changes=changes,
                fingerprint=one.entry.fingerprint,
            )
        )


def _name_entries(row: ImportRow, told: list[TimelineEntry], consents: list[Consent]) -> None:
    """Let a row say which lines of the stream and the ledger it wrote."""
    if told:
        row.changes["entries"] = [line.pk for line in told]
    if consents:
        row.changes["consents"] = [line.pk for line in consents]


def _undo(merge: Merge) -> dict[str, object]:
    """What the row changed, as `revert` needs it."""
    return {
        "fields": merge.fields,
        "numbers": [phone.number for phone in merge.phones],
        "tags": merge.tags,
        "financial": merge.declared is not None,
    }
