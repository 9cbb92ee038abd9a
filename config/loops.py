"""What the engine looks at every two seconds besides jobs. Each takes `now` and costs one cheap statement when idle."""

from collections.abc import Callable

from crm import reminders

LOOPS: tuple[Callable[..., object], ...] = (reminders.tell_due,)
