"""What the board's scripts say, handed over as JSON so that gettext covers it."""

from django.utils.translation import gettext as _


def board_says() -> dict[str, str]:
    """The sentences of static/js/board*.js in the active language; {name}, {stage}, {place} are filled in there."""
    return {
        "back": _("«{name}» volvió a {stage}: el cambio no se guardó."),
        "moved": _("{name}, ahora en {stage}, lugar {place}."),
        "gone": _("«{name}» ya no está a tu alcance."),
    }
