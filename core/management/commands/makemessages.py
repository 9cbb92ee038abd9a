"""`makemessages` that also knows `_t`, our `gettext` in modules whose `_` is `gettext_lazy`."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's makemessages with the one more name our modules give to gettext."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_t"]
