"""Which campaign ticked leads enter."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from crm.forms.selected import SelectedForm


class EnrollForm(SelectedForm):
    """The leads, and one of the campaigns that run."""

    campaign = forms.ChoiceField(label=_("Campaña"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Sequence[Campaign], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's
        super().__init__(*args, **kwargs)
        self.offered = {str(each.public_id): each for each in offered}
        self.fields["campaign"].choices = [(key, each.name) for key, each in self.offered.items()]  # type: ignore[attr-defined] # a choice

    @property
    def shown(self) -> list[forms.BoundField]:
        """What is asked."""
        return [self["campaign"]]

    def chosen(self) -> Campaign:
        """The campaign; only of a valid form."""
        return self.offered[self.cleaned_data["campaign"]]
