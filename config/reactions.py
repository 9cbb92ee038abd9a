"""Everything that happens because something else happened, on one screen.

Reactions run in order, in the publisher's transaction; what is slow is enqueued on commit.
"""

from accounts.events import BrokerageFounded
from appointments import upcoming
from appointments.events import AppointmentChanged
from campaigns import hearing, settling
from core.events import Reaction
from crm import assignment, notices, qualification, scoring
from crm.events import (
    BecameHot,
    ConsentRevoked,
    ContactsRecorded,
    FactsChanged,
    LeadsAssigned,
    LeadsCreated,
    LeadsDeleted,
    LeadsMerged,
    LeadsParted,
    LeadsRestored,
    PersonErased,
    TaskFinished,
)
from integrations import news
from messaging import founding, joining
from messaging.events import MessageReceived, MessagesSettled
from messaging.inbound import forgetting
from messaging.inbox import news as threads
from pipeline import advance, board, live_cards
from pipeline.events import StagesChanged

REACTIONS: dict[type, tuple[Reaction, ...]] = {
    BrokerageFounded: (founding.on_founded,),
    LeadsCreated: (
        board.record_entries,
        scoring.on_created,
        assignment.on_leads_created,
        notices.tell_created,
        news.of_created,
        live_cards.created,
        hearing.on_created,
    ),
    LeadsAssigned: (notices.tell_assigned, news.of_assigned, live_cards.assigned),
    LeadsDeleted: (hearing.on_gone, news.of_deleted, live_cards.changed),
    LeadsRestored: (news.of_restored, live_cards.changed),
    LeadsParted: (upcoming.on_rows_moved,),
    LeadsMerged: (upcoming.on_rows_moved, joining.on_merged, hearing.on_merged, news.of_merged, live_cards.changed),
    PersonErased: (hearing.on_gone, forgetting.on_erased, news.of_erased, live_cards.changed),
    ConsentRevoked: (hearing.on_revoked, news.of_revoked),
    TaskFinished: (news.of_task,),
    AppointmentChanged: (news.of_appointment,),
    ContactsRecorded: (notices.tell_replied,),
    BecameHot: (notices.tell_hot,),
    FactsChanged: (qualification.on_facts, scoring.on_facts, advance.on_facts, news.of_facts, live_cards.changed),
    MessageReceived: (hearing.on_received, threads.received),
    MessagesSettled: (settling.on_settled, threads.settled),
    StagesChanged: (advance.on_stages, hearing.on_stages, news.of_stages, live_cards.moved),
}
