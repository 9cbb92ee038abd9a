"""Messages: sent once, to the right person, at a legal hour, with a reason."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from crm import ties
from crm.ties import OnErase, OnMerge, Tie


class MessagingConfig(AppConfig):
    """Names the app and says what becomes of what was said when leads are merged or erased."""

    name = "messaging"
    verbose_name = _("Mensajería")

    def ready(self) -> None:
        """Declare the keys to a lead."""
        ties.declare("messaging.Message.lead", Tie(OnMerge.MOVES, OnErase.GOES))
        ties.declare("messaging.Conversation.lead", Tie(OnMerge.MOVES_IF_NEW, OnErase.GOES, same=("broker_id",)))
        ties.declare("messaging.ChannelIdentity.lead", Tie(OnMerge.MOVES, OnErase.GOES))
        ties.declare("messaging.BindingLink.lead", Tie(OnMerge.MOVES, OnErase.GOES))
