"""How a stored value looks: an icon of the sprite and a tone. Words come from the enum's label, never from here."""

from typing import NamedTuple


class Look(NamedTuple):
    """An icon name (package.json lists them) and a tone: accent, good, warn, bad, info, plum, or "" for grey."""

    icon: str
    tone: str = ""


PLAIN = Look("circle")

LOOKS: dict[str, dict[str, Look]] = {
    "stage": {
        "entrada": Look("inbox"),
        "perfilamiento": Look("forms"),
        "calificacion_financiera": Look("building-bank"),
        "agendado": Look("calendar-event"),
        "seguimiento": Look("history"),
        "referidos": Look("heart-handshake"),
        "ganado": Look("trophy", "good"),
        "perdido": Look("thumb-down", "bad"),
    },
    "status": {
        "cold": Look("snowflake", "info"),
        "warm": Look("temperature", "warn"),
        "hot": Look("flame", "bad"),
        "converted": Look("circle-check", "good"),
        "lost": Look("circle-x"),
    },
    "qualification": {
        "PENDIENTE": Look("circle-dashed"),
        "CALIFICADO": Look("rosette-discount-check", "good"),
        "POTENCIAL": Look("target-arrow", "warn"),
        "NO_CALIFICADO": Look("ban", "bad"),
    },
    "priority": {
        "URGENTE": Look("alarm", "bad"),
        "ALTA": Look("chevron-up", "warn"),
        "MEDIA": Look("minus"),
        "BAJA": Look("chevron-down"),
        "ARCHIVADO": Look("archive"),
    },
    "next_step": {
        "overdue": Look("clock-exclamation", "bad"),
        "today": Look("alarm", "warn"),
        "planned": Look("calendar-event", "good"),
        "none": Look("circle-dashed"),
    },
    "treatment": {
        "automated_telegram": Look("brand-telegram", "plum"),
        "automated_call": Look("phone-outgoing", "plum"),
        "manual_follow_up": Look("user"),
        "hold": Look("player-pause", "warn"),
    },
    "channel": {
        "telegram": Look("brand-telegram"),
        "whatsapp": Look("brand-whatsapp"),
        "email": Look("mail"),
        "call": Look("phone"),
        "webchat": Look("message"),
    },
    "approval": {
        "not_sent": Look("circle-dashed"),
        "pending": Look("hourglass", "warn"),
        "approved": Look("rosette-discount-check", "good"),
        "rejected": Look("ban", "bad"),
        "paused": Look("player-pause", "warn"),
    },
    "campaign": {
        "draft": Look("pencil"),
        "active": Look("player-play", "good"),
        "paused": Look("player-pause", "warn"),
        "completed": Look("circle-check"),
    },
    "trigger": {
        "manual": Look("user-plus"),
        "lead_score": Look("target-arrow"),
        "stage_change": Look("arrow-right"),
        "inactivity": Look("hourglass"),
    },
    "step": {
        "send_message": Look("send"),
        "make_call": Look("phone-outgoing"),
        "schedule_meeting": Look("calendar-plus"),
        "update_stage": Look("arrow-right"),
        "assign_agent": Look("user-check"),
        "add_tag": Look("tag"),
        "notify_agent": Look("bell"),
    },
    "step_log": {
        "pending": Look("clock", "info"),
        "sent": Look("check", "good"),
        "failed": Look("alert-triangle", "bad"),
        "skipped": Look("chevron-right", "warn"),
    },
    "consent": {
        "granted": Look("check", "good"),
        "revoked": Look("ban", "bad"),
        "unknown": Look("help-circle"),
    },
    "import": {
        "uploaded": Look("file-spreadsheet", "info"),
        "running": Look("progress", "info"),
        "done": Look("circle-check", "good"),
        "failed": Look("alert-triangle", "bad"),
        "reverting": Look("arrow-back-up", "warn"),
        "reverted": Look("arrow-back-up"),
    },
    "delivery": {
        "pending": Look("clock", "info"),
        "delivered": Look("circle-check", "good"),
        "failed": Look("alert-triangle", "bad"),
    },
    "row": {
        "created": Look("plus", "good"),
        "merged": Look("git-merge", "info"),
        "rejected": Look("x", "bad"),
    },
    "message": {
        "queued": Look("clock"),
        "claimed": Look("clock"),
        "sending": Look("send"),
        "sent": Look("check"),
        "delivered": Look("checks"),
        "read": Look("checks", "info"),
        "failed": Look("alert-triangle", "bad"),
        "unknown": Look("help-circle", "warn"),
        "unconfirmed": Look("help-circle", "bad"),
        "expired": Look("clock-exclamation", "warn"),
        "suppressed": Look("ban", "warn"),
        "cancelled": Look("x"),
        "received": Look("message", "good"),
    },
    "timeline": {
        "created": Look("plus"),
        "note": Look("notes"),
        "edit": Look("pencil"),
        "stage": Look("arrow-right"),
        "assign": Look("user-check"),
        "tag": Look("tag"),
        "consent": Look("shield-check"),
        "import": Look("file-import"),
        "contact": Look("messages"),
        "task": Look("square-check"),
        "visit": Look("calendar-event"),
        "merge": Look("git-merge"),
        "delete": Look("trash"),
    },
    "contact": {
        "message_in": Look("message", "good"),
        "message_out": Look("send"),
        "call_answered": Look("phone", "good"),
        "call_missed": Look("phone-off", "warn"),
        "visit_kept": Look("calendar-check", "good"),
        "visit_missed": Look("calendar-x", "bad"),
        "bounced": Look("alert-triangle", "bad"),
    },
    "task": {
        "call": Look("phone"),
        "message": Look("message"),
        "visit": Look("calendar-event"),
        "document": Look("file-text"),
        "review": Look("eye"),
        "other": Look("square-check"),
    },
    "visit": {
        "held": Look("hourglass", "warn"),
        "scheduled": Look("calendar-event", "info"),
        "confirmed": Look("calendar-check", "good"),
        "cancelled": Look("calendar-x"),
        "completed": Look("circle-check", "good"),
        "no_show": Look("user-off", "bad"),
    },
    "visit_type": {
        "property_visit": Look("home"),
        "virtual_meeting": Look("device-desktop"),
        "phone_call": Look("phone"),
        "office_meeting": Look("building"),
        "other": Look("calendar-event"),
    },
    "notice": {
        "new_lead": Look("user-plus", "good"),
        "assigned": Look("user-check", "info"),
        "hot_lead": Look("flame", "bad"),
        "reply": Look("message", "good"),
        "task_due": Look("alarm", "warn"),
        "mention": Look("notes", "plum"),
    },
    "role": {
        "admin": Look("shield-lock", "accent"),
        "agent": Look("user"),
    },
    "toast": {
        "success": Look("circle-check", "good"),
        "info": Look("info-circle", "info"),
        "debug": Look("info-circle", "info"),
        "warning": Look("alert-triangle", "warn"),
        "error": Look("alert-circle", "bad"),
    },
}


def look(kind: str, value: str) -> Look:
    """The look of `value` among the values of `kind`; a grey dot for one nobody has drawn yet."""
    return LOOKS.get(kind, {}).get(value, PLAIN)
