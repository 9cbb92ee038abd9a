"""What a score looks at. Declared debts are not among it (Ley 20.575)."""

from dataclasses import dataclass

from crm.enums import Stage, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one lead at one moment. Ages are whole days since; contacts come newest first."""

    stage: Stage = Stage.ENTRADA
    has_name: bool = False
    has_phone: bool = False
    has_email: bool = False
    has_location: bool = False
    has_budget: bool = False
    wants_visit: bool = False
    timeline: Timeline = Timeline.UNKNOWN
    quickest_reply: int | None = None
    """Seconds of their quickest answer to us."""
    messages: tuple[int, ...] = ()
    """The ages of their messages."""
    calls: tuple[tuple[int, int], ...] = ()
    """(age, seconds) of the calls they answered."""
    visits: tuple[int, ...] = ()
    """The ages of the visits they kept."""
    income_band: int | None = None
    opted_out: bool = False
    bounced: bool = False
    """A contact bounced, and nothing came back since."""
    no_show: bool = False
    """They did not come to the last visit agreed."""
    unanswered: int = 0
    """Our contacts since they last answered."""
