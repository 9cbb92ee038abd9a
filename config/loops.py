"""What the engine looks at every two seconds besides jobs. Each takes `now` and is cheap when idle.

One that returns True has more to do: the engine looks again at once.
"""

from collections.abc import Callable

from campaigns import loop as campaigns
from crm import reminders
from integrations.sender import Sender as Webhooks
from messaging.inbound import apply
from messaging.sending.sender import Sender as Messages

LOOPS: tuple[Callable[..., object], ...] = (
    apply.apply_waiting,
    campaigns.look,
    Messages(),
    reminders.tell_due,
    Webhooks(),
)
