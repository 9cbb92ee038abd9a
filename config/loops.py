"""What the engine looks at every two seconds besides jobs. Each takes `now` and costs one cheap statement when idle."""

from collections.abc import Callable

from crm import reminders
from integrations.sender import Sender

LOOPS: tuple[Callable[..., object], ...] = (reminders.tell_due, Sender())
