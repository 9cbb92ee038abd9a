"""The forms of an import: the file, how it is read, its columns, and what is asked once for all its rows."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.custom_values import Definition
from crm.enums import ConsentBasis, Stage
from crm.imports.columns import JOINED, Column, Field
from crm.imports.reading import Sheet
from crm.models import LeadImport

_COMMON = ("utf-8", "windows-1252", "latin-1", "mac-roman", "cp850", "utf-16")
ENCODINGS = {
    "xlsx": _("Excel"),
    "utf-8": _("UTF-8 (lo más común hoy)"),
    "utf-8-sig": _("UTF-8 de Excel"),
    "windows-1252": _("Windows (Excel antiguo)"),
    "latin-1": "Latin-1",
    "mac-roman": _("Mac antiguo"),
    "cp850": _("MS-DOS"),
    "utf-16": "UTF-16",
}
DELIMITERS = {";": _("punto y coma"), ",": _("coma"), "\t": _("tabulador"), "|": _("barra vertical")}


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(label=_("Planilla"))

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is larger than an import may be."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(
                _("El archivo pesa %(size)s; el máximo es %(limit)s. Divídelo en partes."),
                params={"size": filesizeformat(file.size or 0), "limit": filesizeformat(settings.IMPORT_MAX_BYTES)},
            )
        return file


class ReadingForm(forms.Form):
    """How the file's bytes are read, where the guess was wrong."""

    encoding = forms.ChoiceField(label=_("Codificación"))
    delimiter = forms.ChoiceField(label=_("Las columnas se separan con"))
    has_header = forms.BooleanField(label=_("La primera fila son los títulos"), required=False)

    def __init__(self, lead_import: LeadImport, data: QueryDict | None = None) -> None:
        names = ("encoding", "delimiter", "has_header")
        super().__init__(data, initial={name: getattr(lead_import, name) for name in names})
        if lead_import.encoding == "xlsx":
            del self.fields["encoding"], self.fields["delimiter"]
            return
        codecs = dict.fromkeys((*_COMMON, lead_import.encoding))
        signs = dict.fromkeys((*DELIMITERS, lead_import.delimiter))
        self._choices("encoding", {name: ENCODINGS.get(name, name) for name in codecs})
        self._choices("delimiter", {sign: DELIMITERS.get(sign, sign) for sign in signs})

    def _choices(self, name: str, choices: dict[str, Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices.items())


class ColumnsForm(forms.Form):
    """Which column is which: one select a column."""

    def __init__(
        self,
        sheet: Sheet,
        mapping: dict[int, Column],
        data: QueryDict | None = None,
        *,
        own: Sequence[Definition] = (),
    ) -> None:
        """`own` are the brokerage's own fields, which columns may be too."""
        super().__init__(data)
        self._labels: dict[str, Any] = dict(Field.choices) | {field.name: field.label for field in own}
        offered: list[Any] = [*Field.choices]
        if own:
            offered.insert(-1, (_("Campos de la corredora"), [(field.name, field.label) for field in own]))
        self._width = sheet.width
        for at in range(sheet.width):
            name = sheet.header[at] if at < len(sheet.header) else ""
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=name or _("Columna %(number)s") % {"number": at + 1},
                choices=offered,
                initial=column if (column := mapping.get(at, Field.IGNORE)) in self._labels else Field.IGNORE,
            )
            self.fields[f"column_{at}"].widget.attrs["aria-label"] = self.fields[f"column_{at}"].label
        self._samples = sheet.samples[:200]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """Each column's field with the first three things that stand in it."""
        return [{"field": self[f"column_{at}"], "samples": self._of(at)} for at in range(self._width)]

    @property
    def mapping(self) -> dict[int, Column]:
        """The columns as chosen."""
        return {at: self.cleaned_data[f"column_{at}"] for at in range(self._width)}

    def clean(self) -> dict[str, Any]:
        """One column a field, but for those that are joined; and something to tell a person by."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        chosen = Counter(self.mapping.values())
        for field, count in chosen.items():
            if count > 1 and field not in JOINED and field != Field.IGNORE:
                told = {"n": count, "field": self._labels[field]}
                self.add_error(None, _("Hay %(n)s columnas como «%(field)s»: deja una.") % told)
        if not {Field.NAME, Field.PHONE, Field.EMAIL} & chosen.keys():
            self.add_error(None, _("Elige al menos la columna del nombre, del teléfono o del correo."))
        return cleaned

    def _of(self, at: int) -> list[str]:
        filled = dict.fromkeys(row[at].strip()[:60] for row in self._samples if row[at].strip())
        return list(filled)[:3]


BASES = [
    (ConsentBasis.REQUEST, _("Pidieron que los contactaran: escribieron por un aviso, un portal o un formulario")),
    (ConsentBasis.OPT_IN, _("Aceptaron recibir información: marcaron una casilla o lo dijeron")),
    (ConsentBasis.EXISTING_RELATION, _("Ya son clientes de la corredora")),
    (ConsentBasis.NONE, _("No se sabe: se podrán trabajar a mano, pero no entrarán en campañas")),
]


class AnswersForm(forms.Form):
    """What is asked once for the whole file."""

    basis = forms.ChoiceField(
        label=_("¿Por qué pueden contactar a estas personas?"),
        choices=BASES,
        widget=forms.RadioSelect,
        help_text=_("Queda registrado para cada lead. Quien pidió no ser contactado queda fuera en cualquier caso."),
    )
    wording = forms.CharField(
        label=_("Texto que aceptaron"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Si lo tienes, pega aquí la frase que vieron al dejar sus datos."),
    )
    stage = forms.ChoiceField(label=_("Etapa en que entran"), initial=Stage.ENTRADA)
    assigned_to = forms.ModelChoiceField(
        User.objects.none(), label=_("Responsable"), required=False, to_field_name="public_id", empty_label=_("Nadie")
    )

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._user = user
        stage, owner = self.fields["stage"], self.fields["assigned_to"]
        if isinstance(stage, forms.ChoiceField):
            closed = {Stage.GANADO, Stage.PERDIDO}
            stage.choices = [(value, label) for value, label in Stage.choices if value not in closed]
        if not user.is_admin:
            del self.fields["assigned_to"]
        elif isinstance(owner, forms.ModelChoiceField) and user.broker is not None:
            owner.queryset = User.objects.of(user.broker).filter(is_active=True).order_by("name")

    @property
    def owner(self) -> User | None:
        """Who the leads go to; what agents bring in is their own."""
        found: User | None = self.cleaned_data["assigned_to"] if self._user.is_admin else self._user
        return found
