"""Two leads that are one have one conversation (a reaction)."""

from crm.events import LeadsMerged
from messaging.enums import ConversationState, Owner
from messaging.models import Conversation


def on_merged(event: LeadsMerged) -> None:
    """Two leads are one: what was unread, waiting or taken in the other's conversation is so in the one that stays."""
    rows = Conversation.objects.select_for_update().filter(lead_id__in=event.lead_ids).order_by("pk")
    held = {one.lead_id: one for one in rows}
    kept, other = held.get(event.kept_id), held.get(event.other_id)
    if kept is None or other is None:
        return
    kept.unread += other.unread
    kept.waiting_since = min(filter(None, (kept.waiting_since, other.waiting_since)), default=None)
    if other.last_direction and (other.last_at > kept.last_at or not kept.last_direction):
        for name in ("last_channel", "last_at", "last_text", "last_direction"):
            setattr(kept, name, getattr(other, name))
    if kept.owner != Owner.USER and other.owner == Owner.USER:
        kept.owner, kept.taken_by_id, kept.taken_at = Owner.USER, other.taken_by_id, other.taken_at
    if kept.waiting_since is not None:
        kept.state, kept.snoozed_until = ConversationState.OPEN, None
    kept.save()
