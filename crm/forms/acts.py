"""Forms of what one does with a lead: a note, an entry of the consent ledger."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.consent import Ground
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState

_BOTH = "both"
_CHANNELS = (Channel.WHATSAPP, Channel.TELEGRAM, Channel.EMAIL, Channel.CALL)


class ConsentForm(forms.Form):
    """An entry of the ledger made by hand: what the person said, for what and where, how one knows."""

    state = forms.ChoiceField(
        choices=[(ConsentState.REVOKED, ""), (ConsentState.GRANTED, "")], widget=forms.HiddenInput
    )
    purpose = forms.ChoiceField(
        label=_("Para qué"),
        required=False,
        help_text=_("Servicio es lo de sus visitas y lo que pregunta."),
        choices=[
            (ConsentPurpose.MARKETING, _("Promociones")),
            (ConsentPurpose.TRANSACTIONAL, _("Avisos de servicio")),
            (_BOTH, _("Todo")),
        ],
    )
    channel = forms.ChoiceField(
        label=_("Por dónde"),
        required=False,
        choices=[("", _("Todos los canales")), *((each.value, each.label) for each in _CHANNELS)],
    )
    basis = forms.ChoiceField(
        label=_("Base"),
        required=False,
        choices=[pair for pair in ConsentBasis.choices if pair[0] != ConsentBasis.NONE],
    )
    source = forms.ChoiceField(
        label=_("Cómo lo dijo"),
        required=False,
        choices=[
            (ConsentSource.AGENT, _("En persona")),
            (ConsentSource.CALL, _("Por teléfono")),
            (ConsentSource.CHAT, _("Por mensaje")),
            (ConsentSource.FORM, _("En un formulario")),
        ],
    )
    wording = forms.CharField(
        label=_("Texto que aceptó"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Si hubo uno: el del formulario, del contrato, del mensaje."),
    )
    reason = forms.CharField(label=_("Cuándo y cómo fue"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def purposes(self) -> list[ConsentPurpose]:
        """For what it is; promotions where nobody said."""
        given = self.cleaned_data["purpose"] or ConsentPurpose.MARKETING
        return list(ConsentPurpose) if given == _BOTH else [ConsentPurpose(given)]

    @property
    def where(self) -> Channel | None:
        """The one channel it is for; None for all."""
        given = self.cleaned_data["channel"]
        return Channel(given) if given else None

    def ground(self) -> Ground:
        """Why the entry is made."""
        given = self.cleaned_data
        revoked = given["state"] == ConsentState.REVOKED
        return Ground(
            ConsentBasis.NONE if revoked else ConsentBasis(given["basis"] or ConsentBasis.OPT_IN),
            ConsentSource(given["source"] or ConsentSource.AGENT),
            given["wording"].strip(),
            {"reason": given["reason"]},
        )


class NoteForm(forms.Form):
    """A note for the stream."""

    body = forms.CharField(label=_("Nota"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))
